// Slots: how a native value lives in a script, and how a native function survives Lua's longjmp. Three phases that do not mix:
//
//   check  may raise and holds only plain values: luaL_check..., check_slot;
//   work   is noexcept, holds C++ objects, calls no lua_ function: run_into;
//   push   may raise; by then the run owns the value, whose userdata was made empty before the work: __gc frees it,
//          or the end of the run if Lua had no means to call that.
//
//   int set_upstream(lua_State* L) {
//     const View* view = context_of<View>(L);
//     const NodeSet& starts = check_slot<NodeSet>(L, 1);               // check
//     Slot<NodeSet>* slot = push_slot<NodeSet>(L);                     // an empty userdata; owns nothing yet
//     run_into(slot, [&] { return upstream_of(*view, starts); });      // work: Result<NodeSet>
//     return slot->value ? 1 : raise_status(L, slot->status);          // push
//   }
#pragma once

#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <lua.hpp>

#include "amont/model.h"
#include "amont/status.h"
#include "query/lua/guard.h"
#include "query/lua/value_reader.h"

namespace amont {

// Native bytes a value holds, for the memory limit. Overload beside the type where it may be large.
template <class T>
std::uint64_t bytes_held(const T&) noexcept {
  return 0;
}

template <class T>
struct Slot : RunValue {
  Budget* budget = nullptr;
  std::uint64_t held = 0;
  std::optional<T> value;
  Status status;  // why there is no value
};

// A type whose values lie in the userdata themselves, with neither native memory nor a finalizer: for those of which there are many.
template <class T>
inline constexpr bool kIsPlain = false;
template <>
inline constexpr bool kIsPlain<Timestamp> = true;

// How scripts see a type. `methods` are called as value:method(); `metamethods` are __len, __band and so on.
struct HostType {
  const char* name;  // in messages: "expected set, got nil"
  std::span<const HostFunction> methods;
  std::span<const HostFunction> metamethods;
};

namespace slot_detail {
// The address of each is the identity of a type in Lua's registry.
template <class T>
inline char key = 0;

template <class T>
int collect(lua_State* L) {
  auto** room = static_cast<Slot<T>**>(lua_touserdata(L, 1));
  Slot<T>* slot = std::exchange(*room, nullptr);
  if (!slot) return 0;
  slot->budget->release(slot->held + sizeof(Slot<T>));
  delete slot;
  return 0;
}

// Builds the metatable, locked and without `__index` other than the methods, and keeps it under `key`; no `collect`, no finalizer. Raises.
void define(lua_State* L, const void* key, const HostType& type, lua_CFunction collect, void* context);
// Collects when native memory asks for it, raises when the budget has ended.
void before_new(lua_State* L);
[[noreturn]] void raise_type(lua_State* L, int index, const void* key);
// The identity of the slot at `index`, or nullptr when it is no slot. Never raises; needs three free stack places.
const void* type_of(lua_State* L, int index) noexcept;
}  // namespace slot_detail

// Makes T known to a state; once, from Sandbox::install. Methods and metamethods get `context` as set_functions gives it. Raises.
template <class T>
void define_slot_type(lua_State* L, const HostType& type, void* context = nullptr) {
  lua_CFunction collect = nullptr;
  if constexpr (!kIsPlain<T>) collect = slot_detail::collect<T>;
  slot_detail::define(L, &slot_detail::key<T>, type, collect, context);
}

// Pushes a value of a plain type. Raises.
template <class T>
void push_plain(lua_State* L, const T& value) {
  static_assert(kIsPlain<T> && std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  charge(L, 10);
  new (lua_newuserdatauv(L, sizeof(T), 0)) T(value);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &slot_detail::key<T>);
  lua_setmetatable(L, -2);
}

// The value of a plain type at `index`, or nullptr when it is anything else. Never raises.
template <class T>
const T* to_plain(lua_State* L, int index) noexcept {
  static_assert(kIsPlain<T>);
  return slot_detail::type_of(L, index) == &slot_detail::key<T> ? static_cast<const T*>(lua_touserdata(L, index))
                                                                : nullptr;
}

// The same of what read_value() found.
template <class T>
const T* plain_in(const ScriptValue& value) noexcept {
  static_assert(kIsPlain<T>);
  return value.handle_type == &slot_detail::key<T> ? static_cast<const T*>(value.handle) : nullptr;
}

// The same; raises "bad argument" when it is anything else. Good as long as the value stays on the stack.
template <class T>
const T& check_plain(lua_State* L, int index) {
  const T* value = to_plain<T>(L, index);
  if (!value) slot_detail::raise_type(L, index, &slot_detail::key<T>);
  return *value;
}

// Pushes an empty slot. Raises.
template <class T>
Slot<T>* push_slot(lua_State* L) {
  static_assert(!kIsPlain<T>&& noexcept(std::declval<Slot<T>&>().~Slot<T>()));
  slot_detail::before_new(L);
  auto** room = static_cast<Slot<T>**>(lua_newuserdatauv(L, sizeof(Slot<T>*), 0));
  *room = nullptr;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &slot_detail::key<T>);
  lua_setmetatable(L, -2);
  Budget& budget = budget_of(L);
  if (!budget.hold(sizeof(Slot<T>))) raise_end(L);
  *room = new (std::nothrow) Slot<T>;
  if (!*room) {
    budget.end_for_memory();
    raise_end(L);
  }
  (*room)->budget = &budget;
  budget.own(*room);
  return *room;
}

// The slot at `index`, or nullptr when it is anything else. Never raises.
template <class T>
Slot<T>* to_slot(lua_State* L, int index) noexcept {
  static_assert(!kIsPlain<T>);
  return slot_detail::type_of(L, index) == &slot_detail::key<T> ? *static_cast<Slot<T>**>(lua_touserdata(L, index))
                                                                : nullptr;
}

// The slot that read_value() found, or nullptr when it is of another type.
template <class T>
Slot<T>* slot_in(const ScriptValue& value) noexcept {
  static_assert(!kIsPlain<T>);
  return value.handle_type == &slot_detail::key<T> ? *static_cast<Slot<T>**>(value.handle) : nullptr;
}

// The value at `index`; raises "bad argument" when it is anything else. Good as long as the value stays on the stack.
template <class T>
T& check_slot(lua_State* L, int index) {
  Slot<T>* slot = to_slot<T>(L, index);
  if (!slot || !slot->value) slot_detail::raise_type(L, index, &slot_detail::key<T>);
  return *slot->value;
}

// Counts what the value now holds against the memory limit; ends the run when it is too much.
template <class T>
void account(Slot<T>* slot) noexcept {
  slot->budget->release(std::exchange(slot->held, 0));
  if (!slot->value) return;
  const std::uint64_t held = bytes_held(*slot->value);
  if (slot->budget->hold(held)) {
    slot->held = held;
  } else {
    slot->value.reset();
    slot->status = slot->budget->reason();
  }
}

// Runs `work`, a callable that returns Result<T>, into the slot. What it throws becomes a status; the only exception to expect is
// std::bad_alloc.
template <class T, class Work>
void run_into(Slot<T>* slot, Work&& work) noexcept {
  try {
    Result<T> result = work();
    if (result.ok())
      slot->value.emplace(*std::move(result));
    else
      slot->status = std::move(result).status();
    account(slot);
  } catch (...) {
    slot->value.reset();
    slot->budget->end_for_memory();
  }
}

}  // namespace amont

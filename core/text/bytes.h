// Bytes: the plain layout of everything Amont writes itself. Varints are LEB128 of at most 10 bytes, in their shortest form;
// signed ones are zigzag; fixed-width numbers are big-endian, so that byte order is number order; text is a varint length and
// its bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace amont {

inline void append_u64(std::string& out, std::uint64_t value) {
  char bytes[8];
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
  out.append(bytes, 8);
}
inline void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}
inline void append_u16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}
inline std::uint64_t load_u64(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}
inline std::uint32_t load_u32(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}
inline std::uint16_t load_u16(const char* bytes) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
}

inline void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}
inline std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}
inline void append_signed(std::string& out, std::int64_t value) { append_varint(out, zigzag(value)); }
inline void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out.append(text);
}

// Reads what the functions above wrote, from bytes that may be anything: after the first misfit ok() is false and every
// further read gives zeros.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  std::string_view rest() const { return {at_, left()}; }
  // All was read and nothing misfitted.
  bool finished() const { return ok_ && at_end(); }
  void fail() {
    ok_ = false;
    at_ = end_;
  }

  std::uint8_t u8() {
    if (at_ == end_) return fail(), 0;
    return static_cast<std::uint8_t>(*at_++);
  }
  std::uint64_t u64() {
    if (left() < 8) return fail(), 0;
    at_ += 8;
    return load_u64(at_ - 8);
  }
  std::uint32_t u32() {
    if (left() < 4) return fail(), 0;
    at_ += 4;
    return load_u32(at_ - 4);
  }
  std::uint16_t u16() {
    if (left() < 2) return fail(), 0;
    at_ += 2;
    return load_u16(at_ - 2);
  }
  std::uint64_t varint() {
    if (at_ != end_ && !(static_cast<unsigned char>(*at_) & 0x80)) return static_cast<unsigned char>(*at_++);
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) break;
      const auto byte = static_cast<unsigned char>(*at_++);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (!(byte & 0x80)) {
        if (byte == 0 && shift > 0) break;  // not the shortest form
        return value;
      }
    }
    return fail(), 0;
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  std::string_view bytes(std::uint64_t size) {
    if (left() < size) return fail(), std::string_view();
    at_ += size;
    return {at_ - size, static_cast<std::size_t>(size)};
  }
  std::string_view text() { return bytes(varint()); }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace amont

#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/merkle/sha256_pair.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace amont {
namespace {

constexpr std::size_t kBlock = SHA256_CBLOCK, kPadding = 9, kBlocksMax = 4, kShort = kBlocksMax * kBlock - kPadding;

std::size_t size_of(const HashInput& input) { return 1 + input.a.size() + input.b.size(); }

constexpr SHA_LONG kFirstState[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// One input with its padding, and what its blocks came to so far.
struct Lane {
  explicit Lane(const HashInput& input) {
    const std::size_t size = size_of(input);
    blocks = (size + kPadding + kBlock - 1) / kBlock;
    unsigned char* const last = message + (blocks - 1) * kBlock;
    std::memset(last, 0, kBlock);
    if (blocks > 1) std::memset(last - kBlock, 0, kBlock);  // the padding may begin there
    message[0] = input.first;
    copy(input.a, message + 1);
    copy(input.b, message + 1 + input.a.size());
    message[size] = 0x80;
    last[kBlock - 2] = static_cast<unsigned char>(size * 8 >> 8);
    last[kBlock - 1] = static_cast<unsigned char>(size * 8);
    std::memcpy(context.h, kFirstState, sizeof kFirstState);
  }
  Digest finish(std::size_t done) {
    for (; done < blocks; ++done) SHA256_Transform(&context, message + done * kBlock);
    for (SHA_LONG& word : context.h) word = __builtin_bswap32(word);  // the processor is little-endian
    Digest out;
    std::memcpy(out.data(), context.h, out.size());
    return out;
  }
  static void copy(std::string_view bytes, unsigned char* to) {
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  }

  SHA256_CTX context;  // of which only the state is used
  std::size_t blocks;
  unsigned char message[kBlocksMax * kBlock];
};

#if defined(__x86_64__)

bool has_sha_instructions() {
  static const bool has = [] {
    constexpr unsigned kSha = 1u << 29;  // leaf 7, EBX
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & kSha);
  }();
  return has;
}

alignas(16) constexpr std::uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The same steps for both: what one waits for, the other fills. The instructions want the state as ABEF and CDGH.
__attribute__((target("sha,sse4.1,ssse3"))) void compress_side_by_side(Lane& one, Lane& other, std::size_t blocks) {
  Lane* const lanes[2] = {&one, &other};
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef[2], cdgh[2];
  for (int i = 0; i < 2; ++i) {
    const auto* const state = reinterpret_cast<const __m128i*>(lanes[i]->context.h);
    const __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(state), 0xb1);
    const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(state + 1), 0x1b);
    abef[i] = _mm_alignr_epi8(badc, hgfe, 8);
    cdgh[i] = _mm_blend_epi16(hgfe, badc, 0xf0);
  }
  for (std::size_t block = 0; block < blocks; ++block) {
    const __m128i abef_before[2] = {abef[0], abef[1]}, cdgh_before[2] = {cdgh[0], cdgh[1]};
    __m128i words[2][4];
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 4; ++j)
        words[i][j] = _mm_shuffle_epi8(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(lanes[i]->message + block * kBlock) + j), big_endian);
#pragma GCC unroll 16
    for (int step = 0; step < 16; ++step) {
      const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRounds) + step);
#pragma GCC unroll 2
      for (int i = 0; i < 2; ++i) {
        __m128i& word = words[i][step % 4];
        if (step >= 4) {
          const __m128i last = words[i][(step + 3) % 4];
          word = _mm_sha256msg1_epu32(word, words[i][(step + 1) % 4]);
          word = _mm_add_epi32(word, _mm_alignr_epi8(last, words[i][(step + 2) % 4], 4));
          word = _mm_sha256msg2_epu32(word, last);
        }
        const __m128i sum = _mm_add_epi32(word, constants);
        cdgh[i] = _mm_sha256rnds2_epu32(cdgh[i], abef[i], sum);
        abef[i] = _mm_sha256rnds2_epu32(abef[i], cdgh[i], _mm_shuffle_epi32(sum, 0x0e));
      }
    }
    for (int i = 0; i < 2; ++i) {
      abef[i] = _mm_add_epi32(abef[i], abef_before[i]);
      cdgh[i] = _mm_add_epi32(cdgh[i], cdgh_before[i]);
    }
  }
  for (int i = 0; i < 2; ++i) {
    const __m128i feba = _mm_shuffle_epi32(abef[i], 0x1b), dchg = _mm_shuffle_epi32(cdgh[i], 0xb1);
    auto* const state = reinterpret_cast<__m128i*>(lanes[i]->context.h);
    _mm_storeu_si128(state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(state + 1, _mm_alignr_epi8(dchg, feba, 8));
  }
}

#else

bool has_sha_instructions() { return false; }
void compress_side_by_side(Lane&, Lane&, std::size_t) {}

#endif

}  // namespace

std::array<Digest, 2> sha256_pair(const HashInput& one, const HashInput& other) {
  if (!has_sha_instructions() || size_of(one) > kShort || size_of(other) > kShort)
    return {sha256(one.first, one.a, one.b), sha256(other.first, other.a, other.b)};
  Lane left(one), right(other);
  const std::size_t both = std::min(left.blocks, right.blocks);
  compress_side_by_side(left, right, both);
  return {left.finish(both), right.finish(both)};
}

}  // namespace amont

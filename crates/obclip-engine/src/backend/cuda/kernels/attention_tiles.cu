// The same on tensor cores, for f16 and bf16: tiles of 64 queries and 64 keys, products of 16×8×16, sums in f32
// (FlashAttention-2, <https://arxiv.org/abs/2307.08691>). Fragments lie as the PTX manual says of mma.m16n8k16: with
// g = lane / 4 and t = lane % 4 a lane holds of A rows g and g + 8, columns 2t, 2t + 1, 2t + 8, 2t + 9; of B column g and
// the same four rows; of the sum rows g and g + 8, columns 2t and 2t + 1.
#if OBCLIP_STORAGE != 0

#ifndef OBCLIP_HOST_DOUBLE
#if OBCLIP_STORAGE == 1
#define MMA "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
#else
#define MMA "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
#endif
__device__ inline void multiply_add(float *d, const u32 *a, u32 b0, u32 b1) {
  asm(MMA "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Four 8×8 matrices of 16-bit values, turned over; lane i names row i % 8 of matrix i / 8.
__device__ inline void load_turned(u32 *r, const Stored *row) {
  u32 address = (u32)__cvta_generic_to_shared(row);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}
#endif

__device__ inline u32 pair(float low, float high) { return store(low) | (u32)store(high) << 16; }

#define TILE 64

// `D`: channels of a head, rounded up to 16 and filled with zeros.
template <int D> struct KeysValues {
  // Eight more per row: rows then start in different banks.
  Stored keys[TILE][D + 8], values[TILE][D + 8];
};

// d is a multiple of 8.
template <int D>
__device__ inline void load_tile(Stored (*to)[D + 8], const Stored *from, u32 n, u32 d, u32 width) {
  Vec<8> zero = {};
  for (u32 i = threadIdx.x; i < TILE * (D / 8); i += blockDim.x) {
    u32 row = i / (D / 8), c = i % (D / 8) * 8;
    bool inside = row < n && c < d;
    *(Vec<8> *)&to[row][c] = inside ? *(const Vec<8> *)(from + (u64)row * width + c) : zero;
  }
}

template <int D>
__device__ inline void scores_of(float (*s)[4], const u32 (*qs)[4], const Stored (*keys)[D + 8]) {
  u32 lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
  for (int n = 0; n < TILE / 8; n++) {
    s[n][0] = s[n][1] = s[n][2] = s[n][3] = 0;
    for (int c = 0; c < D / 16; c++) {
      const Stored *key = &keys[n * 8 + g][c * 16 + t * 2];
      multiply_add(s[n], qs[c], *(const u32 *)key, *(const u32 *)(key + 8));
    }
  }
}

// Largest or sum of a row, which four lanes share.
__device__ inline float quad_max(float x) {
  x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 1));
  return fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 2));
}

__device__ inline float quad_sum(float x) {
  x += __shfl_xor_sync(0xffffffffu, x, 1);
  return x + __shfl_xor_sync(0xffffffffu, x, 2);
}

// Scores to weights; `most` and `total` are those of rows g and g + 8, `scale` is in powers of two.
__device__ inline void weigh(float (*s)[4], float *most, float *total, float *shrink, float scale,
                             u32 start, u32 query, u32 keys, u32 causal) {
  u32 t = threadIdx.x % 4;
  for (int half = 0; half < 2; half++) {
    u32 end = causal ? min(keys, query + half * 8 + 1) : keys;
    float larger = most[half], sum = 0;
    for (int n = 0; n < TILE / 8; n++)
      for (int i = 0; i < 2; i++) {
        float *score = &s[n][half * 2 + i];
        *score = start + n * 8 + t * 2 + i < end ? *score * scale : -INFINITY;
        larger = fmaxf(larger, *score);
      }
    larger = quad_max(larger);
    // Of a row that sees no key of this tile nothing is known yet.
    float from = larger == -INFINITY ? 0 : larger;
    shrink[half] = exp2f(most[half] - from);
    for (int n = 0; n < TILE / 8; n++)
      for (int i = 0; i < 2; i++) {
        float *score = &s[n][half * 2 + i];
        *score = exp2f(*score - from);
        sum += *score;
      }
    most[half] = larger;
    total[half] = total[half] * shrink[half] + quad_sum(sum);
  }
}

template <int D>
__device__ inline void mix(float (*o)[4], const float (*s)[4], const float *shrink,
                           const Stored (*values)[D + 8]) {
  u32 lane = threadIdx.x % 32;
  for (int n = 0; n < D / 8; n++)
    for (int i = 0; i < 4; i++) o[n][i] *= shrink[i / 2];
  for (int c = 0; c < TILE / 16; c++) {
    u32 weights[4] = {pair(s[2 * c][0], s[2 * c][1]), pair(s[2 * c][2], s[2 * c][3]),
                      pair(s[2 * c + 1][0], s[2 * c + 1][1]), pair(s[2 * c + 1][2], s[2 * c + 1][3])};
    for (int n = 0; n < D / 16; n++) {
      u32 v[4];
      load_turned(v, &values[c * 16 + lane % 16][n * 16 + lane / 16 * 8]);
      multiply_add(o[2 * n], weights, v[0], v[1]);
      multiply_add(o[2 * n + 1], weights, v[2], v[3]);
    }
  }
}

// Rows g and g + 8 of the 16 queries of a warp.
template <int D>
__device__ inline void load_queries(u32 (*qs)[4], const Stored *q, u32 query, u32 queries, u32 d,
                                    u32 width) {
  u32 t = threadIdx.x % 4;
  for (int c = 0; c < D / 16; c++)
    for (int i = 0; i < 4; i++) {
      u32 row = query + i % 2 * 8, at = c * 16 + i / 2 * 8 + t * 2;
      bool inside = row < queries && at < d;
      qs[c][i] = inside ? *(const u32 *)(q + (u64)row * width + at) : 0;
    }
}

template <int D>
__device__ inline void attention_of(const Stored *q, const Stored *k, const Stored *v, Stored *out,
                                    const RowMaps &maps, u32 queries, u32 keys, u32 width,
                                    u32 heads, float scale, u32 causal) {
  __shared__ __align__(16) KeysValues<D> tile;
  u32 d = width / heads, head = blockIdx.y, row = blockIdx.z, warp = threadIdx.x / 32;
  u32 g = threadIdx.x % 32 / 4, t = threadIdx.x % 4, query = blockIdx.x * TILE + warp * 16 + g;
  const Stored *ks = k + (u64)maps.key[row] * keys * width + head * d;
  const Stored *vs = v + (u64)maps.value[row] * keys * width + head * d;
  u32 qs[D / 16][4];
  load_queries<D>(qs, q + (u64)maps.query[row] * queries * width + head * d, query, queries, d,
                  width);
  float o[D / 8][4], most[2] = {-INFINITY, -INFINITY}, total[2] = {0, 0};
  for (int n = 0; n < D / 8; n++) o[n][0] = o[n][1] = o[n][2] = o[n][3] = 0;
  u32 end = causal ? min(keys, (blockIdx.x + 1) * TILE) : keys;
  for (u32 start = 0; start < end; start += TILE) {
    __syncthreads();
    load_tile<D>(tile.keys, ks + (u64)start * width, keys - start, d, width);
    load_tile<D>(tile.values, vs + (u64)start * width, keys - start, d, width);
    __syncthreads();
    float s[TILE / 8][4], shrink[2];
    scores_of<D>(s, qs, tile.keys);
    weigh(s, most, total, shrink, scale, start, query, keys, causal);
    mix<D>(o, s, shrink, tile.values);
  }
  for (int half = 0; half < 2; half++) {
    u32 at = query + half * 8;
    if (at >= queries) continue;
    Stored *to = out + ((u64)row * queries + at) * width + head * d;
    for (int n = 0; n < D / 8; n++) {
      u32 c = n * 8 + t * 2;
      if (c < d)
        *(u32 *)(to + c) = pair(o[n][half * 2] / total[half], o[n][half * 2 + 1] / total[half]);
    }
  }
}

// Grid: (queries / TILE, heads, rows), four warps.
#define ATTENTION_TILES(D)                                                                        \
  extern "C" __global__ void __launch_bounds__(128) attention_##D(                               \
      const Stored *q, const Stored *k, const Stored *v, Stored *out, RowMaps maps, u32 queries,  \
      u32 keys, u32 width, u32 heads, float scale, u32 causal) {                                  \
    attention_of<D>(q, k, v, out, maps, queries, keys, width, heads, scale, causal);              \
  }

ATTENTION_TILES(32)
ATTENTION_TILES(48)
ATTENTION_TILES(64)
ATTENTION_TILES(80)
ATTENTION_TILES(128)
ATTENTION_TILES(160)
#endif

// softmax(q kᵀ / √d) v for any number of channels in a head, in f32: the kernel of parity, and of shapes that tensor
// cores do not take.

// Per row of the output: the rows of queries, keys and values that it reads.
struct RowMaps { u32 query[64], key[64], value[64]; };

// Channels of the output that one warp holds: 32 lanes with 8 each. Heads that are wider are done part by part.
#define HELD 8
#define WARPS 4

// One warp for each query; a lane scores one of 32 keys, then holds channels. Online softmax: what was summed is scaled
// down whenever a larger score turns up. Grid: (queries / WARPS, heads × parts, rows).
extern "C" __global__ void attention_plain(const Stored *q, const Stored *k, const Stored *v,
                                           Stored *out, RowMaps maps, u32 queries, u32 keys,
                                           u32 width, u32 heads, float scale, u32 causal) {
  __shared__ float weights[WARPS][32];
  u32 warp = threadIdx.x / 32, lane = threadIdx.x % 32, query = blockIdx.x * WARPS + warp;
  if (query >= queries) return;
  u32 d = width / heads, head = blockIdx.y % heads, part = blockIdx.y / heads, row = blockIdx.z;
  const Stored *own = q + ((u64)maps.query[row] * queries + query) * width + head * d;
  const Stored *ks = k + (u64)maps.key[row] * keys * width + head * d;
  const Stored *vs = v + (u64)maps.value[row] * keys * width + head * d;
  u32 first = part * 32 * HELD, end = causal ? query + 1 : keys;
  float held[HELD], most = -INFINITY, total = 0;
  for (int i = 0; i < HELD; i++) held[i] = 0;
  for (u32 start = 0; start < end; start += 32) {
    float score = -INFINITY;
    if (start + lane < end) {
      const Stored *key = ks + (u64)(start + lane) * width;
      score = 0;
      for (u32 c = 0; c < d; c++) score += load(own[c]) * load(key[c]);
      score *= scale;
    }
    float larger = fmaxf(most, warp_max(score)), shrink = expf(most - larger);
    float weight = expf(score - larger);
    most = larger;
    total = total * shrink + warp_sum(weight);
    __syncwarp();
    weights[warp][lane] = weight;
    __syncwarp();
    u32 n = min(32u, end - start);
    for (int i = 0; i < HELD; i++) {
      u32 c = first + i * 32 + lane;
      if (c >= d) break;
      float sum = held[i] * shrink;
      for (u32 j = 0; j < n; j++) sum += weights[warp][j] * load(vs[(u64)(start + j) * width + c]);
      held[i] = sum;
    }
  }
  Stored *to = out + ((u64)row * queries + query) * width + head * d;
  for (int i = 0; i < HELD; i++) {
    u32 c = first + i * 32 + lane;
    if (c < d) to[c] = store(held[i] / total);
  }
}

// Value by value. Outputs may be an input's memory: every value is read before it is written, by the same thread.

// The last n % LANES values are done one by one.
template <class Op>
__device__ inline void pointwise(const Stored *a, const Stored *b, const Stored *c, Stored *out,
                                 u64 n, Op op) {
  u64 packs = n / LANES;
  EACH(i, packs) {
    Vec<LANES> x = ((const Vec<LANES> *)a)[i], y = ((const Vec<LANES> *)b)[i],
               z = ((const Vec<LANES> *)c)[i];
    for (int l = 0; l < LANES; l++) x.v[l] = store(op(load(x.v[l]), load(y.v[l]), load(z.v[l])));
    ((Vec<LANES> *)out)[i] = x;
  }
  EACH(i, n - packs * LANES) {
    u64 at = packs * LANES + i;
    out[at] = store(op(load(a[at]), load(b[at]), load(c[at])));
  }
}

extern "C" __global__ void activate(const Stored *x, Stored *out, u64 n, u32 kind) {
  pointwise(x, x, x, out, n, [kind](float x, float, float) { return activation(x, kind); });
}

extern "C" __global__ void add(const Stored *x, const Stored *y, Stored *out, u64 n) {
  pointwise(x, y, y, out, n, [](float x, float y, float) { return x + y; });
}

extern "C" __global__ void shift(const Stored *x, const Stored *plus, const Stored *minus,
                                 Stored *out, u64 n) {
  pointwise(x, plus, minus, out, n, [](float x, float p, float m) { return x + (p - m); });
}

// Channel by channel: `V` divides the number of channels.

template <int V>
__device__ inline void add_channels_of(const Stored *x, const Stored *y, Stored *out, u64 n_packs,
                                       u32 channels, u64 positions, u32 y_rows) {
  u32 packs = channels / V;
  EACH(i, n_packs) {
    u64 row = y_rows == 1 ? 0 : i / packs / positions;
    Vec<V> a = ((const Vec<V> *)x)[i], b = ((const Vec<V> *)y)[row * packs + i % packs];
    for (int l = 0; l < V; l++) a.v[l] = store(load(a.v[l]) + load(b.v[l]));
    ((Vec<V> *)out)[i] = a;
  }
}

extern "C" __global__ void add_channels(const Stored *x, const Stored *y, Stored *out, u64 n,
                                        u32 channels, u64 positions, u32 y_rows) {
  if (channels % LANES == 0)
    add_channels_of<LANES>(x, y, out, n / LANES, channels, positions, y_rows);
  else
    add_channels_of<1>(x, y, out, n, channels, positions, y_rows);
}

// First half of the channels times GELU of the second; `channels` are those of the output.
template <int V>
__device__ inline void geglu_of(const Stored *x, Stored *out, u64 n_packs, u32 channels) {
  u32 packs = channels / V;
  EACH(i, n_packs) {
    u64 position = i / packs, at = i % packs;
    const Vec<V> *row = (const Vec<V> *)x + position * 2 * packs;
    Vec<V> value = row[at], gate = row[packs + at];
    for (int l = 0; l < V; l++)
      value.v[l] = store(load(value.v[l]) * activation(load(gate.v[l]), 2));
    ((Vec<V> *)out)[i] = value;
  }
}

extern "C" __global__ void geglu(const Stored *x, Stored *out, u64 n, u32 channels) {
  if (channels % LANES == 0)
    geglu_of<LANES>(x, out, n / LANES, channels);
  else
    geglu_of<1>(x, out, n, channels);
}

// A double of the driver: memory of the host, and kernels that run when they are launched.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <mutex>
#include <string>

#define OK 0
#define INVALID_VALUE 1
#define OUT_OF_MEMORY 2
#define INVALID_CONTEXT 201
#define NOT_FOUND 500
#define LAUNCH_FAILED 719

struct Memory { size_t size; int owner; };
static std::mutex lock;
static std::map<uint64_t, Memory> memories;
static size_t used[4096];
static int n_owners = 0;
static int dummy;

// Per thread, so that tests can run side by side.
static thread_local int owner = -1;
static thread_local size_t limit = SIZE_MAX;
static thread_local int fail_launch_after = -1;
static thread_local bool bound = false;

static int own() {
  if (owner < 0) owner = n_owners++ % 4096;
  return owner;
}

extern "C" {
// For tests: what this thread may allocate, what it has allocated and not freed, which launch fails (0: the next).
void double_limit_memory(size_t bytes) { limit = bytes; }
size_t double_used_memory() {
  std::lock_guard<std::mutex> guard(lock);
  return used[own()];
}
void double_fail_launch_after(int n) { fail_launch_after = n; }

int cuInit(unsigned) { return OK; }
int cuDeviceGetCount(int *count) { return *count = 1, OK; }
int cuDeviceGet(int *device, int) { return *device = 0, OK; }
int cuDeviceGetName(char *name, int len, int) { return snprintf(name, len, "Double of a GPU"), OK; }
int cuDeviceGetAttribute(int *value, int which, int) {
  switch (which) {
    case 75: return *value = 9, OK;
    case 76: return *value = 0, OK;
    default: return INVALID_VALUE;
  }
}
int cuDevicePrimaryCtxRetain(void **context, int) { return *context = &dummy, OK; }
int cuDevicePrimaryCtxRelease_v2(int) { return OK; }
int cuCtxSetCurrent(void *context) { return bound = context == &dummy, OK; }
int cuDeviceGetDefaultMemPool(void **pool, int) { return *pool = &dummy, OK; }
int cuMemPoolSetAttribute(void *, int which, void *value) {
  return which == 4 && *(uint64_t *)value == UINT64_MAX ? OK : INVALID_VALUE;
}
int cuMemPoolTrimTo(void *, size_t) { return OK; }
int cuMemGetInfo_v2(size_t *free, size_t *total) {
  if (!bound) return INVALID_CONTEXT;
  std::lock_guard<std::mutex> guard(lock);
  *total = limit;
  *free = limit - used[own()];
  return OK;
}

static int allocate(uint64_t *address, size_t size) {
  if (!bound) return INVALID_CONTEXT;
  if (size == 0) return INVALID_VALUE;
  std::lock_guard<std::mutex> guard(lock);
  if (size > limit || used[own()] > limit - size) return OUT_OF_MEMORY;
  void *memory = aligned_alloc(256, (size + 255) / 256 * 256);
  // Not a number in every storage: what is read before it is written shows.
  memset(memory, 0xff, size);
  memories[(uint64_t)memory] = {size, own()};
  used[own()] += size;
  *address = (uint64_t)memory;
  return OK;
}

static int release(uint64_t address) {
  if (!bound) return INVALID_CONTEXT;
  std::lock_guard<std::mutex> guard(lock);
  auto found = memories.find(address);
  if (found == memories.end()) {
    fprintf(stderr, "double of the driver: freed what was not allocated\n");
    abort();
  }
  used[found->second.owner] -= found->second.size;
  memset((void *)address, 0xff, found->second.size);
  free((void *)address);
  memories.erase(found);
  return OK;
}

int cuMemAlloc_v2(uint64_t *address, size_t size) { return allocate(address, size); }
int cuMemFree_v2(uint64_t address) { return release(address); }
int cuMemAllocAsync(uint64_t *address, size_t size, void *) { return allocate(address, size); }
int cuMemFreeAsync(uint64_t address, void *) { return release(address); }
int cuMemHostAlloc(void **memory, size_t size, unsigned) { return *memory = malloc(size), OK; }
int cuMemFreeHost(void *memory) { return free(memory), OK; }

static bool is_inside(uint64_t address, size_t size) {
  std::lock_guard<std::mutex> guard(lock);
  auto after = memories.upper_bound(address);
  if (after == memories.begin()) return false;
  auto found = std::prev(after);
  return address + size <= found->first + found->second.size;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t size, void *) {
  if (!bound) return INVALID_CONTEXT;
  if (!is_inside(to, size)) return INVALID_VALUE;
  return memcpy((void *)to, from, size), OK;
}
int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t size, void *) {
  if (!bound) return INVALID_CONTEXT;
  if (!is_inside(from, size)) return INVALID_VALUE;
  return memcpy(to, (void *)from, size), OK;
}

int cuStreamCreate(void **stream, unsigned) { return *stream = malloc(1), OK; }
int cuStreamDestroy_v2(void *stream) { return free(stream), OK; }
int cuStreamSynchronize(void *) { return OK; }
int cuStreamWaitEvent(void *, void *, unsigned) { return OK; }
int cuEventCreate(void **event, unsigned) { return *event = malloc(1), OK; }
int cuEventRecord(void *, void *) { return OK; }
int cuEventDestroy_v2(void *event) { return free(event), OK; }

int cuModuleLoadData(void **module, const void *image) {
  *module = dlopen((const char *)image, RTLD_NOW | RTLD_LOCAL);
  if (!*module) fprintf(stderr, "double of the driver: %s\n", dlerror());
  return *module ? OK : INVALID_VALUE;
}
int cuModuleUnload(void *module) { return dlclose(module), OK; }
int cuModuleGetFunction(void **function, void *module, const char *name) {
  *function = dlsym(module, (std::string("double_run_") + name).c_str());
  return *function ? OK : NOT_FOUND;
}
int cuLaunchKernel(void *function, unsigned x, unsigned y, unsigned z, unsigned n, unsigned, unsigned,
                   unsigned, void *, void **parameters, void **) {
  if (!bound) return INVALID_CONTEXT;
  if (fail_launch_after >= 0 && fail_launch_after-- == 0) return LAUNCH_FAILED;
  static std::mutex one_at_a_time;
  std::lock_guard<std::mutex> guard(one_at_a_time);
  ((void (*)(void **, unsigned, unsigned, unsigned, unsigned))function)(parameters, x, y, z, n);
  return OK;
}
}

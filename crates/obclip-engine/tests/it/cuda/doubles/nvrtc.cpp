// A double of NVRTC: the host's compiler makes a shared object of the kernels; its path stands for the machine code.
// HEADER is device.h, OUT a folder that may be kept between runs, COMPILER the host's.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>
#include <string>

struct Program { std::string source, log, path; };

static std::string read(const std::string &path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// For each kernel a function that takes its arguments as the driver gets them.
static std::string runners(const std::string &source, bool has_tiles) {
  std::set<std::string> names;
  std::regex kernel("__global__ void\\s+(\\w+)\\("), tiles("\nATTENTION_TILES\\((\\d+)\\)");
  // Not the macro that declares the tiles.
  for (std::sregex_iterator i(source.begin(), source.end(), kernel), end; i != end; i++)
    if ((*i)[1] != "__launch_bounds__") names.insert((*i)[1]);
  for (std::sregex_iterator i(source.begin(), source.end(), tiles), end; i != end && has_tiles; i++)
    names.insert("attention_" + (*i)[1].str());
  std::string out;
  for (auto &name : names)
    out += "extern \"C\" void double_run_" + name +
           "(void **p, unsigned x, unsigned y, unsigned z, unsigned n) {\n  static bool waits = false;\n"
           "  fibers::run_grid([](void **p) { fibers::call(" + name + ", p); }, p, {x, y, z}, n, &waits);\n}\n";
  return out;
}

extern "C" {
int nvrtcCreateProgram(void **program, const char *source, const char *, int, const char *const *, const char *const *) {
  return *program = new Program{source, "", ""}, 0;
}

int nvrtcDestroyProgram(void **program) {
  delete (Program *)*program;
  return 0;
}

int nvrtcCompileProgram(void *handle, int n, const char *const *options) {
  Program &program = *(Program *)handle;
  std::string storage, architecture;
  for (int i = 0; i < n; i++) {
    std::string option = options[i];
    if (option.rfind("-DOBCLIP_STORAGE=", 0) == 0) storage = option;
    if (option.rfind("--gpu-architecture=sm_", 0) == 0) architecture = option;
  }
  if (storage.empty() || architecture.empty()) return 3;
  std::string text = program.source + runners(program.source, storage.back() != '0');
  std::string key = std::to_string(std::hash<std::string>()(text + storage + read(HEADER)));
  std::string stem = std::string(OUT) + "/kernels-" + key, own = stem + "-" + std::to_string(getpid());
  program.path = stem + ".so";
  if (access(program.path.c_str(), R_OK) == 0) return 0;
  std::ofstream(own + ".cpp") << text;
  std::string command = std::string(COMPILER) + " -O2 -fPIC -shared -std=c++17 -U_FORTIFY_SOURCE -w " + storage +
                        " -include " HEADER " " + own + ".cpp -o " + own + ".so > " + own + ".log 2>&1";
  int status = system(command.c_str());
  program.log = read(own + ".log");
  if (status == 0) rename((own + ".so").c_str(), program.path.c_str());
  for (const char *end : {".cpp", ".log"}) remove((own + end).c_str());
  return status == 0 ? 0 : 6;
}

int nvrtcGetProgramLogSize(void *program, size_t *size) { return *size = ((Program *)program)->log.size() + 1, 0; }
int nvrtcGetProgramLog(void *program, char *log) { return strcpy(log, ((Program *)program)->log.c_str()), 0; }
int nvrtcGetCUBINSize(void *program, size_t *size) { return *size = ((Program *)program)->path.size() + 1, 0; }
int nvrtcGetCUBIN(void *program, char *code) { return strcpy(code, ((Program *)program)->path.c_str()), 0; }
}

#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace peers {

// A page-aligned buffer of floats with every page touched, so that no operation pays for page faults. Whether it uses huge pages depends on
// the kernel's setting, as for all contenders.
class PageBuffer {
 public:
  explicit PageBuffer(std::size_t bytes) : bytes_((bytes + kPage - 1) / kPage * kPage) {
    void* memory = nullptr;
    if (posix_memalign(&memory, kPage, bytes_) != 0) throw std::bad_alloc();
    data_ = static_cast<float*>(memory);
    poison();
  }

  ~PageBuffer() { std::free(data_); }

  PageBuffer(const PageBuffer&) = delete;
  PageBuffer& operator=(const PageBuffer&) = delete;

  float* data() { return data_; }

  // Fills the buffer with NaN, which equals no result, so that elements that an operation failed to write count as wrong.
  void poison() { std::memset(data_, 0xff, bytes_); }

 private:
  static constexpr std::size_t kPage = 4096;

  std::size_t bytes_;
  float* data_;
};

}  // namespace peers

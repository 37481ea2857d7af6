# SPDX-License-Identifier: Apache-2.0
# cmake -DFROM=file.bc -DTO=file.cpp -P embed_bitcode.cmake: the bytes of a file as C++.
file(READ "${FROM}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "((0x..,){20})" "\\1\n" bytes "${bytes}")
file(WRITE "${TO}" "// Made of ${FROM}.
#include \"engine/kernels/kernel_bitcode.h\"

namespace fuseboard {

namespace {

alignas(8) constexpr unsigned char kBytes[] = {
${bytes}
};

} // namespace

std::string_view kernelBitcode() {
    return {reinterpret_cast<const char*>(kBytes), sizeof kBytes};
}

} // namespace fuseboard
")

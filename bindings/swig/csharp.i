// How values travel between C and C#.
//
//   C                                     C#
//   handle                                ulong (a key; 0 is none)
//   int32_t status                        void; Failures.Check throws where it is negative
//   uint32_t, uint64_t, size_t            uint, ulong, UIntPtr
//   out_... of a handle or a number       out ulong, out uint, out int, out UIntPtr
//   const char*                           string, without NUL; null where the C function allows it
//   char** out_...                        out string
//   const void* of sends, keys, reasons   byte[], pinned for the call
//   void* out_buffer, packed messages     IntPtr, of memory that the caller has pinned
//   char** out_error                      not there: the exception has the text
//
// By hand beside the generated classes, all internal: Texts.Utf8(string) gives bytes that end with
// NUL, or null; Texts.Take(IntPtr) copies a text and frees it with resock_string_free, and
// Texts.Of(IntPtr) copies one that stays; Failures.Check(int) throws for a negative status.
//
// No delegate is handed to native code: SWIG's own helpers, which do that, are switched off on its
// command line (CMakeLists.txt), and the status comes back.

%pragma(csharp) moduleclassmodifiers="internal static class"
%pragma(csharp) imclassclassmodifiers="internal static class"
%typemap(csclassmodifiers) enum SWIGTYPE "internal enum"

// mono looks a native function up when it compiles what calls it, and remembers a failure: these
// are compiled when they are first called, which is after the library was loaded.
%feature("cs:methodmodifiers") "[global::System.Runtime.CompilerServices.MethodImpl("
    "global::System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]\n  public"

// The status is what the native function returns; the generated method checks it on the same
// thread, so that resock_last_error still is that of this call.
%define RESOCK_RAISE(status)
        (void)(status);
%enddef

%typemap(ctype) int32_t "int32_t"
%typemap(imtype) int32_t "int"
%typemap(cstype) int32_t "void"
%typemap(csout, excode="\n    Failures.Check(returned);") int32_t "{
    int returned = $imcall;$excode
  }"
%typemap(out) int32_t "$result = $1;"

%typemap(csout) void "{
    $imcall;
  }"

%define RESOCK_RETURNS_STATUS(function)
%typemap(cstype) int32_t function "int"
%typemap(csout) int32_t function "{
    return $imcall;
  }"
%enddef

%define RESOCK_VALUE(type, c_type, cs_type)
%typemap(ctype) type #c_type
%typemap(imtype) type #cs_type
%typemap(cstype) type #cs_type
%typemap(csin) type "$csinput"
%typemap(csout) type "{
    return $imcall;
  }"
%typemap(in) type "$1 = ($1_ltype)$input;"
%typemap(out) type "$result = (c_type)$1;"
%enddef

RESOCK_VALUE(uint32_t, uint32_t, uint)
RESOCK_VALUE(uint64_t, uint64_t, ulong)
RESOCK_VALUE(size_t, size_t, global::System.UIntPtr)
RESOCK_VALUE(int32_t status, int32_t, int)
RESOCK_VALUE(int32_t on, int32_t, int)
RESOCK_VALUE(int32_t through, int32_t, int)

// Handles are 64-bit keys in the dress of pointers.
RESOCK_VALUE(resock_options*, void*, ulong)
RESOCK_VALUE(resock_hub*, void*, ulong)
RESOCK_VALUE(resock_link*, void*, ulong)
RESOCK_VALUE(resock_listener*, void*, ulong)

%define RESOCK_OUT(type, cs_type)
%typemap(ctype) type* "void*"
%typemap(imtype) type* "out " #cs_type
%typemap(cstype) type* "out " #cs_type
%typemap(csin) type* "out $csinput"
%typemap(in) type* "$1 = ($1_ltype)$input;"
%enddef

RESOCK_OUT(resock_options*, ulong)
RESOCK_OUT(resock_hub*, ulong)
RESOCK_OUT(resock_link*, ulong)
RESOCK_OUT(resock_listener*, ulong)
RESOCK_OUT(uint64_t, ulong)
RESOCK_OUT(uint32_t, uint)
RESOCK_OUT(int32_t, int)
RESOCK_OUT(size_t, global::System.UIntPtr)

// ---- texts and bytes -----------------------------------------------------------------------------

%typemap(ctype) const char* "const char*"
%typemap(imtype, out="global::System.IntPtr") const char* "byte[]"
%typemap(cstype) const char* "string"
%typemap(csin) const char* "Texts.Utf8($csinput)"
%typemap(csout) const char* "{
    return Texts.Of($imcall);
  }"
%typemap(in) const char* "$1 = (char*)$input;"
%typemap(out) const char* "$result = $1;"

// resock_string_free itself
%typemap(ctype) char* text "char*"
%typemap(imtype) char* text "global::System.IntPtr"
%typemap(cstype) char* text "global::System.IntPtr"
%typemap(csin) char* text "$csinput"
%typemap(in) char* text "$1 = $input;"

%typemap(ctype) char** "void*"
%typemap(imtype) char** "out global::System.IntPtr"
%typemap(cstype) char** "out string"
%typemap(csin,
         pre="    global::System.IntPtr taken_$csinput = global::System.IntPtr.Zero;\n"
             "    $csinput = null;",
         post="      $csinput = Texts.Take(taken_$csinput);") char** "out taken_$csinput"
%typemap(in) char** "$1 = (char**)$input;"
%typemap(in, numinputs=0) char** out_error "$1 = NULL;"

%define RESOCK_MEMORY(type, cs_type)
%typemap(ctype) type "void*"
%typemap(imtype) type #cs_type
%typemap(cstype) type #cs_type
%typemap(csin) type "$csinput"
%typemap(in) type "$1 = ($1_ltype)$input;"
%enddef

RESOCK_MEMORY(const void*, byte[])
RESOCK_MEMORY(const char* reason, byte[])
RESOCK_MEMORY(const char* body, byte[])
RESOCK_MEMORY(void* out_buffer, global::System.IntPtr)
RESOCK_MEMORY(uint64_t* out_ids, global::System.IntPtr)

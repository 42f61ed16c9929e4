// How values travel between C and Java.
//
//   C                                     Java
//   handle                                long (a key; 0 is none)
//   int32_t status                        void, or what the function gives in its out parameter
//   uint32_t, size_t, uint64_t            long (of 64 bits all, so RESOCK_UNKNOWN is -1)
//   const char*                           String, without NUL; null where the C function allows it
//   char** out_...                        String, the result
//   const void* data, size_t size         byte[], copied
//   size_t capacity, void* out_buffer     a direct ByteBuffer, all of it
//   const void* direct, size_t offset     likewise, from the offset on
//   size_t* out_...                       long[] of one element
//   char** out_error                      not there: the exception has the text

%pragma(java) moduleclassmodifiers="final class"
%pragma(java) jniclassclassmodifiers="final class"

// bindings/java/generate_enums.py makes them, so that they can be public and know UNKNOWN.
%rename("$ignore", %$isenum) "";
%rename("$ignore", %$isenumitem) "";

// Through the class that knows the exceptions; both are in the package of the generated classes.
%{
static jbyteArray resock_bytes(JNIEnv* env, const char* text) {
    if (!text) return NULL;
    const jsize size = (jsize)strlen(text);
    const jbyteArray bytes = (*env)->NewByteArray(env, size);
    if (bytes) (*env)->SetByteArrayRegion(env, bytes, 0, size, (const jbyte*)text);
    return bytes;
}

static void resock_throw(JNIEnv* env, int32_t status) {
    const jbyteArray text = resock_bytes(env, resock_last_error());
    const jclass type = text ? (*env)->FindClass(env, "org/resock/Failures") : NULL;
    const jmethodID make = type ? (*env)->GetStaticMethodID(env, type, "of",
        "(I[B)Lorg/resock/ResockException;") : NULL;
    const jobject error = make
        ? (*env)->CallStaticObjectMethod(env, type, make, (jint)status, text) : NULL;
    // What was thrown on the way, such as OutOfMemoryError, is thrown as it is.
    if (error && !(*env)->ExceptionCheck(env)) (*env)->Throw(env, (jthrowable)error);
}

static void resock_throw_null(JNIEnv* env) {
    const jclass type = (*env)->FindClass(env, "java/lang/NullPointerException");
    if (type) (*env)->ThrowNew(env, type, "a buffer or text is null, or a buffer is not direct");
}

// Up to this many bytes are copied onto the stack.
enum { RESOCK_SMALL = 1024 };
%}

%ignore resock_link_send_packed; // java_memory.i has it for direct buffers
%ignore resock_string_free;      // texts are copied and freed here

%define RESOCK_RAISE(status)
        resock_throw(jenv, status);
        $cleanup
        return $null;
%enddef

// ---- statuses, and what functions give -----------------------------------------------------------

%typemap(jni) int32_t "void"
%typemap(jtype) int32_t "void"
%typemap(jstype) int32_t "void"
%typemap(javaout) int32_t "{
    $jnicall;
  }"
%typemap(out) int32_t ""

%define RESOCK_RETURNS_STATUS(function)
%typemap(jni) int32_t function "jint"
%typemap(jtype) int32_t function "int"
%typemap(jstype) int32_t function "int"
%typemap(javaout) int32_t function "{
    return $jnicall;
  }"
%typemap(out) int32_t function "$result = $1;"
%enddef

// RESOCK_RETURNS_LONG(function): its out parameter is a handle or a number.
%define RESOCK_RETURNS_LONG(function)
%typemap(jni) int32_t function "jlong"
%typemap(jtype) int32_t function "long"
%typemap(jstype) int32_t function "long"
%typemap(javaout) int32_t function "{
    return $jnicall;
  }"
%typemap(out) int32_t function ""
%enddef

// RESOCK_RETURNS_TEXT(function): its out parameter is a text.
%define RESOCK_RETURNS_TEXT(function)
%typemap(jni) int32_t function "jbyteArray"
%typemap(jtype) int32_t function "byte[]"
%typemap(jstype) int32_t function "String"
%typemap(javaout) int32_t function "{
    return Texts.of($jnicall);
  }"
%typemap(out) int32_t function ""
%enddef

RESOCK_RETURNS_LONG(resock_options_create)
RESOCK_RETURNS_LONG(resock_hub_create)
RESOCK_RETURNS_LONG(resock_hub_fd)
RESOCK_RETURNS_LONG(resock_link_open)
RESOCK_RETURNS_LONG(resock_link_send)
RESOCK_RETURNS_LONG(resock_link_state)
RESOCK_RETURNS_LONG(resock_link_stats)
RESOCK_RETURNS_LONG(resock_link_id)
RESOCK_RETURNS_LONG(resock_listener_open)
RESOCK_RETURNS_LONG(resock_listener_accept)
RESOCK_RETURNS_LONG(resock_listener_id)
RESOCK_RETURNS_TEXT(resock_version_json)
RESOCK_RETURNS_TEXT(resock_explain)
RESOCK_RETURNS_TEXT(resock_options_get)
RESOCK_RETURNS_TEXT(resock_options_describe)
RESOCK_RETURNS_TEXT(resock_link_stats_json)
RESOCK_RETURNS_TEXT(resock_link_history_json)
RESOCK_RETURNS_TEXT(resock_listener_address)
RESOCK_RETURNS_TEXT(resock_listener_stats_json)
RESOCK_RETURNS_TEXT(resock_listener_history_json)

%define RESOCK_OUT_LONG(type, name)
%typemap(in, numinputs=0) type* name (type value) "value = 0; $1 = &value;"
%typemap(argout) type* name "$result = (jlong)(uintptr_t)value$argnum;"
%enddef

RESOCK_OUT_LONG(resock_options*, out_options)
RESOCK_OUT_LONG(resock_hub*, out_hub)
RESOCK_OUT_LONG(resock_link*, out_link)
RESOCK_OUT_LONG(resock_listener*, out_listener)
RESOCK_OUT_LONG(uint64_t, out_id)
RESOCK_OUT_LONG(uint64_t, out_value)
RESOCK_OUT_LONG(uint32_t, out_state)
RESOCK_OUT_LONG(int32_t, out_fd)

%typemap(in, numinputs=0) char** (char* text) "text = NULL; $1 = &text;"
%typemap(argout) char** {
    $result = resock_bytes(jenv, text$argnum);
    resock_string_free(text$argnum);
}
%typemap(in, numinputs=0) char** out_error "$1 = NULL;"
%typemap(argout) char** out_error ""

%typemap(jni) size_t* "jlongArray"
%typemap(jtype) size_t* "long[]"
%typemap(jstype) size_t* "long[]"
%typemap(javain) size_t* "$javainput"
%typemap(in) size_t* (size_t number) "number = 0; $1 = &number;"
%typemap(argout) size_t* {
    const jlong told = (jlong)number$argnum;
    (*jenv)->SetLongArrayRegion(jenv, $input, 0, 1, &told);
}

// ---- numbers and handles -------------------------------------------------------------------------

%define RESOCK_NUMBER(type, jni_type, java_type)
%typemap(jni) type #jni_type
%typemap(jtype) type #java_type
%typemap(jstype) type #java_type
%typemap(javain) type "$javainput"
%typemap(javaout) type "{
    return $jnicall;
  }"
%typemap(in) type "$1 = ($1_ltype)$input;"
%typemap(out) type "$result = (jni_type)$1;"
%enddef

RESOCK_NUMBER(uint32_t, jlong, long)
RESOCK_NUMBER(uint64_t, jlong, long)
RESOCK_NUMBER(size_t, jlong, long)
RESOCK_NUMBER(int32_t status, jint, int)
RESOCK_NUMBER(int32_t on, jint, int)
RESOCK_NUMBER(int32_t through, jint, int)

%define RESOCK_KEY(type)
%typemap(jni) type* "jlong"
%typemap(jtype) type* "long"
%typemap(jstype) type* "long"
%typemap(javain) type* "$javainput"
%typemap(in) type* "$1 = ($1_ltype)(uintptr_t)$input;"
%enddef

RESOCK_KEY(resock_options)
RESOCK_KEY(resock_hub)
RESOCK_KEY(resock_link)
RESOCK_KEY(resock_listener)

// ---- texts and bytes -----------------------------------------------------------------------------

%typemap(jni) const char* "jbyteArray"
%typemap(jtype) const char* "byte[]"
%typemap(jstype) const char* "String"
%typemap(javain) const char* "Texts.utf8($javainput)"
%typemap(javaout) const char* "{
    return Texts.of($jnicall);
  }"
%typemap(in) const char* {
    if ($input) {
        $1 = (char*)(*jenv)->GetByteArrayElements(jenv, $input, NULL);
        if (!$1) return $null;
    }
}
%typemap(freearg) const char* {
    if ($1) (*jenv)->ReleaseByteArrayElements(jenv, $input, (jbyte*)$1, JNI_ABORT);
}
%typemap(out) const char* "$result = resock_bytes(jenv, $1);"

%typemap(jni) (const void* data, size_t size) "jbyteArray"
%typemap(jtype) (const void* data, size_t size) "byte[]"
%typemap(jstype) (const void* data, size_t size) "byte[]"
%typemap(javain) (const void* data, size_t size) "$javainput"
%typemap(in) (const void* data, size_t size) (jbyte small[RESOCK_SMALL]) {
    if (!$input) {
        resock_throw_null(jenv);
        return $null;
    }
    $2 = (size_t)(*jenv)->GetArrayLength(jenv, $input);
    if ($2 > sizeof small) {
        $1 = (void*)(*jenv)->GetByteArrayElements(jenv, $input, NULL);
        if (!$1) return $null;
    } else {
        (*jenv)->GetByteArrayRegion(jenv, $input, 0, (jsize)$2, small);
        $1 = ($1_ltype)small;
    }
}
%typemap(freearg) (const void* data, size_t size) {
    if ((jbyte*)$1 != small$argnum)
        (*jenv)->ReleaseByteArrayElements(jenv, $input, (jbyte*)$1, JNI_ABORT);
}
%apply (const void* data, size_t size) {
    (const void* key, size_t key_size),
    (const char* reason, size_t reason_size),
    (const char* body, size_t body_size)
}

%define RESOCK_DIRECT(first, second)
%typemap(jni) (first, second) "jobject"
%typemap(jtype) (first, second) "java.nio.ByteBuffer"
%typemap(jstype) (first, second) "java.nio.ByteBuffer"
%typemap(javain) (first, second) "$javainput"
%enddef

RESOCK_DIRECT(size_t capacity, void* out_buffer)
%typemap(in) (size_t capacity, void* out_buffer) {
    $2 = $input ? (*jenv)->GetDirectBufferAddress(jenv, $input) : NULL;
    if (!$2) {
        resock_throw_null(jenv);
        return $null;
    }
    $1 = (size_t)(*jenv)->GetDirectBufferCapacity(jenv, $input);
}

%typemap(jni) const void* direct "jobject"
%typemap(jtype) const void* direct "java.nio.ByteBuffer"
%typemap(jstype) const void* direct "java.nio.ByteBuffer"
%typemap(javain) const void* direct "$javainput"
%typemap(in) const void* direct {
    $1 = $input ? (*jenv)->GetDirectBufferAddress(jenv, $input) : NULL;
    if (!$1) {
        resock_throw_null(jenv);
        return $null;
    }
}

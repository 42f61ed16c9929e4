// For C#: sending out of memory that the caller has pinned.

RESOCK_MEMORY(const void* pinned, global::System.IntPtr)

%inline %{
/** As resock_link_send, of memory that stays where it is during the call. */
static int32_t resock_link_send_pinned(resock_link* link, const void* pinned, size_t size,
                                       uint32_t flags, uint32_t ttl_ms, uint64_t* out_id) {
    return resock_link_send(link, pinned, size, flags, ttl_ms, out_id);
}
%}

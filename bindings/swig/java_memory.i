// For Java: sending out of direct buffers, whose memory does not move and is not copied twice.

%noexception resock_link_send_records;
RESOCK_RETURNS_STATUS(resock_link_send_records)
RESOCK_RETURNS_LONG(resock_link_send_direct)

%inline %{
/**
 * As resock_link_send, of `size` bytes of a direct buffer.
 * @param direct a direct buffer
 * @param offset where the message begins in it
 */
static int32_t resock_link_send_direct(resock_link* link, const void* direct, size_t offset,
                                       size_t size, uint32_t flags, uint32_t ttl_ms,
                                       uint64_t* out_id) {
    return resock_link_send(link, (const char*)direct + offset, size, flags, ttl_ms, out_id);
}

/**
 * As resock_link_send_packed, of the first `size` bytes of a direct buffer.
 * @param direct a direct buffer
 * @param out_count how many were accepted, also on failure
 */
static int32_t resock_link_send_records(resock_link* link, const void* direct, size_t size,
                                        size_t* out_count) {
    return resock_link_send_packed(link, direct, size, 0, NULL, out_count);
}
%}

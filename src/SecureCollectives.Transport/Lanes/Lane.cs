namespace SecureCollectives.Transport.Lanes;

/// <summary>
/// One ordered, non-blocking byte stream between two ranks, owned by one loop. That is all that links and collectives know about it.
/// </summary>
/// <remarks>
/// Not thread-safe: only the holder of the loop's baton calls it. A lane keeps no reference to the memory that it is given.
/// </remarks>
internal abstract class Lane : IDisposable
{
    /// <summary>
    /// The file descriptor to poll for readiness; -1 if the lane raises the loop's signal instead when bytes can move again.
    /// </summary>
    public abstract int Descriptor { get; }

    /// <summary>
    /// Whether accepted bytes are waiting in the lane itself until the connection takes them. <see cref="TrySend"/> and
    /// <see cref="TryReceive"/> pass them on. A loop need not ask, because it keeps calling both. A caller with nothing more to send, as in
    /// a handshake, must.
    /// </summary>
    public virtual bool HoldsBytes => false;

    /// <summary>
    /// SHA-256 of the certificate with which the peer authenticated on this very connection; empty if the lane has no TLS of its own, or
    /// until the peer has authenticated.
    /// </summary>
    public virtual ReadOnlyMemory<byte> PeerLeafHash => default;

    /// <summary>The human-readable reason why the lane is <see cref="LaneOutcome.Broken"/>; null if nothing more is known.</summary>
    public virtual string? Fault => null;

    /// <summary>
    /// Sends as much of the head, and then of the body, as the lane accepts without blocking. The lane copies the bytes that it accepts.
    /// </summary>
    /// <remarks>
    /// Bytes that were offered and not accepted must be offered again, unchanged, before anything else: the lane may already have buffered
    /// them and still be sending them.
    /// </remarks>
    /// <param name="head">The bytes to send first; may be empty.</param>
    /// <param name="body">The bytes to send after all of the head; may be empty.</param>
    /// <param name="sent">The number of bytes accepted, counted over both; 0 unless <see cref="LaneOutcome.Moved"/>.</param>
    public abstract LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent);

    /// <summary>Receives the bytes that are available, up to the length of the destination.</summary>
    /// <param name="destination">The memory to fill; at least one byte.</param>
    /// <param name="received">The number of bytes received; 0 unless <see cref="LaneOutcome.Moved"/>.</param>
    public abstract LaneOutcome TryReceive(Span<byte> destination, out int received);

    /// <summary>Tells the peer that no more bytes follow.</summary>
    public abstract void EndSending();

    /// <summary>Makes a lane without a descriptor call <paramref name="raise"/> whenever bytes can move again.</summary>
    public virtual void AttachSignal(Action raise)
    {
    }

    /// <summary>
    /// Whether <see cref="Descriptor"/> also becomes readable when there is room to send. A loop that lacks room then polls it for reading,
    /// because such a descriptor is always writable.
    /// </summary>
    public virtual bool ShowsRoomAsInput => false;

    /// <summary>
    /// Announces that the loop is about to sleep: from here on the peer must wake it. The loop finds anything that arrived earlier by
    /// trying once more.
    /// </summary>
    public virtual void PrepareToSleep()
    {
    }

    /// <summary>Ends the state that <see cref="PrepareToSleep"/> began.</summary>
    /// <param name="isReady">Whether poll reported the descriptor as ready.</param>
    public virtual void Awake(bool isReady)
    {
    }

    /// <summary>
    /// Creates whatever the lane needs beyond the connection that carried the hello, for connections that introduce a lane over another
    /// medium. Called after the hello has been verified and before it is answered.
    /// </summary>
    /// <returns>Whether it succeeded; if not, <see cref="Fault"/> says why.</returns>
    public virtual bool TryPrepare() => true;

    /// <summary>
    /// Returns the lane that carries frames, after the hello and its answer. It replaces this one, which must not be used or disposed
    /// afterwards.
    /// </summary>
    /// <exception cref="LaneConnectException">The peer sent something unusable; the caller must still dispose this lane.</exception>
    public virtual Lane Confirm() => this;

    /// <summary>Limits the rate at which the lane sends from now on. A lane that wraps another one passes the limit on.</summary>
    /// <returns>Whether the lane supports a limit.</returns>
    public virtual bool TryLimitRate(long bytesPerSecond) => false;

    public abstract void Dispose();
}

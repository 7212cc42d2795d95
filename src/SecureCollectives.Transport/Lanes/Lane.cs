namespace SecureCollectives.Transport.Lanes;

/// <summary>
/// One ordered, non-blocking byte stream between two ranks, owned by one loop. Links and collectives know nothing else of it.
/// </summary>
/// <remarks>Not thread-safe: only the holder of the loop's baton calls it. A lane keeps no reference to the memory it is given.</remarks>
internal abstract class Lane : IDisposable
{
    /// <summary>
    /// The file descriptor to poll for readiness, or -1 where the lane raises the loop's signal instead when bytes can move again.
    /// </summary>
    public abstract int Descriptor { get; }

    /// <summary>
    /// Whether bytes wait in the lane itself until the connection takes them; <see cref="TrySend"/> and <see cref="TryReceive"/> pass them
    /// on. A loop need not ask: bytes that were accepted do not wait. Who has nothing to send must, as in a handshake.
    /// </summary>
    public virtual bool HoldsBytes => false;

    /// <summary>
    /// SHA-256 of the certificate that the peer proved on this very connection; empty where the lane has no TLS of its own, and before it
    /// is proved.
    /// </summary>
    public virtual ReadOnlyMemory<byte> PeerLeafHash => default;

    /// <summary>What the lane knows about why it is <see cref="LaneOutcome.Broken"/>, for people; null where that is all.</summary>
    public virtual string? Fault => null;

    /// <summary>Sends as much as goes at once of the head and then the body; what it accepted it has copied.</summary>
    /// <remarks>
    /// What was offered and not accepted is offered again, unchanged, before anything else: a lane may have taken it in and still be
    /// sending it.
    /// </remarks>
    /// <param name="head">Sent first.</param>
    /// <param name="body">Sent after all of the head; may be empty.</param>
    /// <param name="sent">Bytes accepted, counted over both; 0 unless <see cref="LaneOutcome.Moved"/>.</param>
    public abstract LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent);

    /// <summary>Receives what is there, at most the destination's length.</summary>
    /// <param name="destination">At least one byte.</param>
    /// <param name="received">Bytes received; 0 unless <see cref="LaneOutcome.Moved"/>.</param>
    public abstract LaneOutcome TryReceive(Span<byte> destination, out int received);

    /// <summary>Tells the peer that no more bytes follow those sent.</summary>
    public abstract void EndSending();

    /// <summary>Has the lane call <paramref name="raise"/> whenever bytes can move again; for lanes without a descriptor.</summary>
    public virtual void AttachSignal(Action raise)
    {
    }

    /// <summary>
    /// Whether <see cref="Descriptor"/> becomes readable for room to send as well: a loop that lacks room polls it for reading, since it
    /// would always be writable.
    /// </summary>
    public virtual bool ShowsRoomAsInput => false;

    /// <summary>The loop is about to sleep: from here on the peer has to wake it. What came before is found by trying once more.</summary>
    public virtual void PrepareToSleep()
    {
    }

    /// <summary>Ends what <see cref="PrepareToSleep"/> began.</summary>
    /// <param name="isReady">Whether poll reported the descriptor.</param>
    public virtual void Awake(bool isReady)
    {
    }

    /// <summary>
    /// Before a hello is answered, and not before it was verified: makes what the lane needs beyond the connection on which the hello came.
    /// For connections that introduce a lane which uses another medium.
    /// </summary>
    /// <returns>Whether that is there; otherwise <see cref="Fault"/> says why not.</returns>
    public virtual bool TryPrepare() => true;

    /// <summary>
    /// After hello and answer: gives the lane that carries frames, in place of this one, which must not be used or disposed after that.
    /// </summary>
    /// <exception cref="LaneConnectException">What the peer sent for it cannot be used; this lane is still to be disposed.</exception>
    public virtual Lane Confirm() => this;

    /// <summary>Has the lane send no faster than this from now on. A lane around another one passes it on.</summary>
    /// <returns>Whether the lane can do so.</returns>
    public virtual bool TryLimitRate(long bytesPerSecond) => false;

    public abstract void Dispose();
}

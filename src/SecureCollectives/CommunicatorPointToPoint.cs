using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.PointToPoint;
using SecureCollectives.Reduction;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Calls between two ranks.</summary>
public static class CommunicatorPointToPoint
{
    /// <summary>Sends elements to another rank.</summary>
    /// <remarks>
    /// A Send and a Receive match by tag, whichever is called first; calls with the same tag match in the order in which they were made.
    /// The element type and length must be the same on both ranks. Point-to-point calls run concurrently with collectives and with calls to
    /// other ranks, over separate links. Nothing is sent until the other rank has called Receive. Each call allocates a small amount of
    /// memory.
    /// </remarks>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator of both ranks.</param>
    /// <param name="buffer">The elements to send, up to 16 GiB.</param>
    /// <param name="peer">The receiving rank, 0 to <see cref="Communicator.Size"/> - 1 and not this rank.</param>
    /// <param name="tag">Distinguishes calls between the same two ranks: 0 or greater, and the same number in both calls.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the peer has received everything and the library no longer accesses the buffer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The peer is this rank or no rank of the communicator, or the tag is negative.
    /// </exception>
    /// <exception cref="ArgumentException">The buffer is longer than 16 GiB.</exception>
    /// <exception cref="CollectiveException">
    /// The peer did not make the matching call in time or made it with another type or length, or the communicator failed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">1024 Receive calls from this peer, the maximum, are already waiting.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static Task SendAsync<T>(
        this Communicator group, ReadOnlyMemory<T> buffer, int peer, int tag = 0, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var messaging = MessagingOf(group, peer, tag, cancellationToken);
        var call = new MemoryCall<T>(Shape<T>(buffer.Length, tag), Bytes<T>(buffer.Length), messaging.Deadline, buffer, default);
        messaging.With(group.JobRanks[peer]).Send(call);
        return EndAsync(group, messaging, call, "Send", peer, cancellationToken);
    }

    /// <summary>Receives elements from another rank.</summary>
    /// <inheritdoc cref="SendAsync"/>
    /// <param name="group">The communicator of both ranks.</param>
    /// <param name="buffer">Receives the elements; must have the length that the peer sends.</param>
    /// <param name="peer">The sending rank, 0 to <see cref="Communicator.Size"/> - 1 and not this rank.</param>
    /// <param name="tag">Distinguishes calls between the same two ranks: 0 or greater, and the same number in both calls.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when everything has been received and the library no longer accesses the buffer.</returns>
    public static Task ReceiveAsync<T>(
        this Communicator group, Memory<T> buffer, int peer, int tag = 0, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var messaging = MessagingOf(group, peer, tag, cancellationToken);
        var call = new MemoryCall<T>(Shape<T>(buffer.Length, tag), Bytes<T>(buffer.Length), messaging.Deadline, default, buffer);
        messaging.With(group.JobRanks[peer]).Receive(call);
        return EndAsync(group, messaging, call, "Receive", peer, cancellationToken);
    }

    /// <summary>Like <see cref="SendAsync"/>, but blocks until the peer has received everything.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public static unsafe void Send<T>(
        this Communicator group, ReadOnlySpan<T> buffer, int peer, int tag = 0, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var messaging = MessagingOf(group, peer, tag, cancellationToken);
        fixed (T* start = buffer)
        {
            var call = new PinnedCall(
                Shape<T>(buffer.Length, tag), messaging.Deadline, new PinnedBuffer((nint)start, Bytes<T>(buffer.Length)));
            messaging.With(group.JobRanks[peer]).Send(call);
            Wait(EndAsync(group, messaging, call, "Send", peer, cancellationToken));
        }
    }

    /// <summary>Like <see cref="ReceiveAsync"/>, but blocks until everything has been received.</summary>
    /// <inheritdoc cref="ReceiveAsync"/>
    public static unsafe void Receive<T>(
        this Communicator group, Span<T> buffer, int peer, int tag = 0, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var messaging = MessagingOf(group, peer, tag, cancellationToken);
        fixed (T* start = buffer)
        {
            var call = new PinnedCall(
                Shape<T>(buffer.Length, tag), messaging.Deadline, new PinnedBuffer((nint)start, Bytes<T>(buffer.Length)));
            messaging.With(group.JobRanks[peer]).Receive(call);
            Wait(EndAsync(group, messaging, call, "Receive", peer, cancellationToken));
        }
    }

    private static PeerMessaging MessagingOf(Communicator group, int peer, int tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfNegative(peer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(peer, group.Size);
        ArgumentOutOfRangeException.ThrowIfEqual(peer, group.Rank);
        ArgumentOutOfRangeException.ThrowIfNegative(tag);
        group.ThrowIfUnusable(cancellationToken);
        return group.Messaging
            ?? throw new InvalidOperationException(
                "Send and Receive are not available: this communicator does not belong to a job, so it cannot open links.");
    }

    private static Envelope Shape<T>(int length, int tag)
        where T : unmanaged =>
        new(default, ElementType<T>.Code, ElementType<T>.Code == ElementCode.Opaque
            ? (uint)ElementType<T>.Size : 0, (ulong)length, (uint)tag, 0);

    private static long Bytes<T>(int length)
        where T : unmanaged
    {
        var bytes = (long)length * ElementType<T>.Size;
        BufferChecks.Bytes(bytes);
        return bytes;
    }

    private static async Task EndAsync(
        Communicator group, PeerMessaging messaging, PeerCall call, string name, int peer, CancellationToken cancellationToken)
    {
        var measured = default(MeasuredOperation);
        measured.BeginDirect(group.Telemetry, name, call.Bytes);
        OperationFailure? failure;
        using (cancellationToken.UnsafeRegister(static state => ((PeerMessaging)state!).Cancel(), messaging))
        {
            failure = await call.Ended.ConfigureAwait(false);
        }

        measured.End(null, failure);
        if (failure is null)
        {
            return;
        }

        if (cancellationToken.IsCancellationRequested && failure.Reason == AbortReason.Cancelled
            && failure.Culprit == group.JobRanks[group.Rank])
        {
            throw new OperationCanceledException("The call was cancelled; its communicator was aborted on all ranks.", cancellationToken);
        }

        var words = $"{failure.Detail} (while rank {group.JobRanks[group.Rank]} had called {name}({PeerCall.Words(call.Shape)}) "
            + $"with rank {group.JobRanks[peer]})";
        throw new CollectiveException(group.Id, failure with { Detail = words });
    }

    /// <summary>
    /// Waits for completion even if this thread is interrupted, because the loops hold the address of the caller's buffer.
    /// </summary>
    private static void Wait(Task ended)
    {
        var interrupted = false;
        while (!ended.IsCompleted)
        {
            try
            {
                ((IAsyncResult)ended).AsyncWaitHandle.WaitOne();
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted)
        {
            Thread.CurrentThread.Interrupt();
        }

        ended.GetAwaiter().GetResult();
    }
}

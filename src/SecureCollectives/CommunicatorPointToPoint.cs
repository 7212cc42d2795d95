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
    /// <summary>Sends elements to a rank that receives them.</summary>
    /// <remarks>
    /// The two calls meet by their tag, whichever comes first; of several with one tag they meet in the order in which they were called.
    /// Element type and length must be the same. They run beside collectives and beside calls with other ranks, in links of their own, and
    /// each allocates a little. Nothing is sent before the other rank has called.
    /// </remarks>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Of both ranks.</param>
    /// <param name="buffer">What is sent, any length up to 16 GiB.</param>
    /// <param name="peer">The rank that receives it.</param>
    /// <param name="tag">Tells calls between the same two ranks apart; 0 or more.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the peer has received everything, and the buffer is the caller's again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or it is this one, or the tag is negative.</exception>
    /// <exception cref="CollectiveException">The peer did not receive in time, called with another type or length, or the communicator
    /// failed.</exception>
    /// <exception cref="InvalidOperationException">As many calls of Receive from this peer wait as may, 1024.</exception>
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

    /// <summary>Receives elements that a rank sends.</summary>
    /// <inheritdoc cref="SendAsync"/>
    /// <param name="group">Of both ranks.</param>
    /// <param name="buffer">Takes them; as long as what is sent.</param>
    /// <param name="peer">The rank that sends them.</param>
    /// <param name="tag">Tells calls between the same two ranks apart; 0 or more.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when everything was received, and the buffer is the caller's again.</returns>
    public static Task ReceiveAsync<T>(
        this Communicator group, Memory<T> buffer, int peer, int tag = 0, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var messaging = MessagingOf(group, peer, tag, cancellationToken);
        var call = new MemoryCall<T>(Shape<T>(buffer.Length, tag), Bytes<T>(buffer.Length), messaging.Deadline, default, buffer);
        messaging.With(group.JobRanks[peer]).Receive(call);
        return EndAsync(group, messaging, call, "Receive", peer, cancellationToken);
    }

    /// <summary>The same as <see cref="SendAsync"/>; returns when the peer has received everything.</summary>
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

    /// <summary>The same as <see cref="ReceiveAsync"/>; returns when everything was received.</summary>
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
            ?? throw new InvalidOperationException("This communicator has no job that could open links for Send and Receive.");
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

        var words = $"{failure.Detail} (while rank {group.JobRanks[group.Rank]} had called {name}({PeerCall.Words(call.Shape)}) with rank "
            + $"{group.JobRanks[peer]})";
        throw new CollectiveException(group.Id, failure with { Detail = words });
    }

    /// <summary>Waits for the end whatever happens to this thread: others have the address of its caller's memory.</summary>
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

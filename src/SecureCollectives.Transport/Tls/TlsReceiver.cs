using System.Net.Security;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// Decrypts what the peer sends. A read of SslStream is either complete or pending in <see cref="LaneStream"/>, without a reference to the
/// caller's memory.
/// </summary>
/// <remarks>A peer may change keys, or send records without data, only to a limited extent: see <see cref="ReceiveAllowance"/>.</remarks>
/// <param name="tls">TLS over the stream; not owned.</param>
/// <param name="plain">The span-based calls of <paramref name="tls"/>; not owned.</param>
/// <param name="stream">The stream below TLS.</param>
/// <param name="end">Records failures and the end.</param>
internal sealed class TlsReceiver(SslStream tls, SpanTls plain, LaneStream stream, TlsEnd end)
{
    /// <summary>
    /// The number of bytes that one call reads from the connection beyond those it returns. It makes a peer that sends little data in many
    /// records wait for its next turn, after the receiver has checked the clock. Bytes read ahead of a record count as well.
    /// </summary>
    private const int MaxOverheadPerCall = ReceiveAllowance.WithoutProgress;

    private ValueTask<int> _arrival;
    private bool _isArrivalAwaited;

    /// <inheritdoc cref="Lane.TryReceive"/>
    public LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        var outcome = LaneOutcome.Moved;
        var takenBefore = stream.Taken;
        while (received < destination.Length && stream.Taken - takenBefore - received <= MaxOverheadPerCall)
        {
            var count = 0;
            outcome = end.Outcome ?? TryDecrypt(destination[received..], out count);
            if (outcome != LaneOutcome.Moved)
            {
                break;
            }

            received += count;
        }

        return received > 0 ? LaneOutcome.Moved : outcome;
    }

    private LaneOutcome TryDecrypt(Span<byte> destination, out int count)
    {
        count = 0;
        try
        {
            if (!HasArrived())
            {
                return LaneOutcome.WouldBlock;
            }

            count = plain.Read(destination);
            stream.Allowance.Earn(count);
        }
        catch (Exception exception) when (TlsEnd.IsFailure(exception))
        {
            // An end in the middle of a record means that the connection was cut. Every other failure means that a record did not come from
            // the peer.
            return end.Break(exception, stream.End is null ? LaneOutcome.Altered : LaneOutcome.Broken);
        }

        return count > 0 ? LaneOutcome.Moved : end.Finish();
    }

    /// <summary>Awaits decrypted bytes with an empty read, which holds no reference to the caller's memory while it is pending.</summary>
    private bool HasArrived()
    {
        if (!_isArrivalAwaited)
        {
#pragma warning disable CA2012 // Stored until it is complete, then consumed once below.
            _arrival = tls.ReadAsync(Memory<byte>.Empty);
#pragma warning restore CA2012
            _isArrivalAwaited = true;
        }

        while (!_arrival.IsCompleted && stream.TryContinueRead())
        {
        }

        if (!_arrival.IsCompleted)
        {
            return false;
        }

        _isArrivalAwaited = false;
        _arrival.GetAwaiter().GetResult();
        return true;
    }
}

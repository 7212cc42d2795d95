using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// Encrypts the bytes offered to a lane. They are encrypted when nothing older is left to send, and count as sent once their last encrypted
/// byte has left. Until then the caller offers the same bytes again, as <see cref="Lane.TrySend"/> requires, and they are ignored: they are
/// encrypted only once.
/// </summary>
/// <param name="tls">TLS over the stream; not owned.</param>
/// <param name="stream">The stream below TLS.</param>
/// <param name="end">Records failures.</param>
internal sealed class TlsSender(SpanTls tls, LaneStream stream, TlsEnd end)
{
    /// <summary>Room for the encrypted batch, with 22 bytes added per record, and for an alert or a reply from TLS itself.</summary>
    public const int MaxHeldBytes = BatchLength + (4 * 1024);

    /// <summary>
    /// The number of bytes encrypted at once: several records share a system call, and their encrypted form is still in the cache when the
    /// kernel copies it.
    /// </summary>
    private const int BatchLength = 64 * 1024;

    private int _encrypted;
    private bool _isEnding;
    private bool _hasEnded;

    /// <inheritdoc cref="Lane.TrySend"/>
    public LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = 0;
        var outcome = stream.TryFlush();
        if (outcome == LaneOutcome.Moved && _encrypted == 0)
        {
            outcome = Encrypt(head, body);
        }

        if (outcome == LaneOutcome.Moved)
        {
            sent = _encrypted;
            _encrypted = 0;
        }

        return outcome;
    }

    /// <summary>Sends close_notify and then ends the lane below. The peer treats an end without close_notify as a cut connection.</summary>
    /// <param name="isEstablished">Whether the handshake is complete. Without it there is nothing to close.</param>
    public void End(bool isEstablished)
    {
        if (_isEnding)
        {
            return;
        }

        _isEnding = true;
        if (isEstablished)
        {
            try
            {
                tls.Shutdown();
            }
            catch (Exception exception) when (TlsEnd.IsFailure(exception))
            {
                // TLS has failed already; the peer correctly sees an end without close_notify.
            }
        }

        FinishEnding();
    }

    /// <summary>Ends the lane below once everything written before <see cref="End"/> has left.</summary>
    public void FinishEnding()
    {
        if (_isEnding && !_hasEnded && stream.TryFlush() != LaneOutcome.WouldBlock)
        {
            _hasEnded = true;
            stream.Below.EndSending();
        }
    }

    private LaneOutcome Encrypt(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        head = head[..Math.Min(head.Length, BatchLength)];
        body = body[..Math.Min(body.Length, BatchLength - head.Length)];
        try
        {
            tls.Write(head);
            tls.Write(body);
        }
        catch (Exception exception) when (TlsEnd.IsFailure(exception))
        {
            return end.Break(exception, LaneOutcome.Broken);
        }

        _encrypted = head.Length + body.Length;
        return stream.TryFlush();
    }
}

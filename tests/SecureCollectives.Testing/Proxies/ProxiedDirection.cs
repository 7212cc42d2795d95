using System.Net.Sockets;

namespace SecureCollectives.Testing.Proxies;

/// <summary>One direction of a connection: forwards bytes, counts them, and applies faults, one at a time.</summary>
/// <param name="from">The source of the bytes.</param>
/// <param name="to">Their destination.</param>
internal sealed class ProxiedDirection(Socket from, Socket to)
{
    private const int BufferBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private long _passed;
    private bool _hasEnded;
    private (WireFault Fault, long At)? _armed;

    /// <summary>The number of forwarded bytes.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Arms a fault whose offset counts from here. Replaces an armed fault that has not happened yet.</summary>
    public void Arm(WireFault fault)
    {
        lock (_gate)
        {
            _armed?.Fault.Miss();
            _armed = (fault, _passed + fault.Offset);
            if (_hasEnded)
            {
                fault.Miss();
            }
        }
    }

    /// <summary>Forwards bytes until one side ends or breaks.</summary>
    /// <param name="cut">Ends the whole connection in the manner of the given fault.</param>
    /// <param name="cancellationToken">Stops the forwarding.</param>
    public async Task RunAsync(Action<WireFaultKind> cut, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
            {
                var (fault, before) = Due(count);
                if (fault is null)
                {
                    await PassAsync(buffer.AsMemory(0, count), cancellationToken);
                    continue;
                }

                await PassAsync(buffer.AsMemory(0, before), cancellationToken);
                var rest = buffer.AsMemory(before, count - before);
                switch (fault.Kind)
                {
                    case WireFaultKind.Flip:
                        rest.Span[0] ^= (byte)(1 << fault.Bit);
                        fault.Happen();
                        break;
                    case WireFaultKind.Stall:
                        fault.Happen();
                        await fault.Resumed.WaitAsync(cancellationToken);
                        break;
                    case WireFaultKind.HalfClose:
                        to.Shutdown(SocketShutdown.Send);
                        fault.Happen();
                        await SwallowAsync(buffer, cancellationToken);
                        return;
                    default:
                        cut(fault.Kind);
                        fault.Happen();
                        return;
                }

                await PassAsync(rest, cancellationToken);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Forward a reset as a reset.
            cut(WireFaultKind.Reset);
        }
        finally
        {
            lock (_gate)
            {
                _hasEnded = true;
                _armed?.Fault.Miss();
            }
        }
    }

    /// <returns>The fault that falls within the next <paramref name="count"/> bytes, and how many of them precede it.</returns>
    private (WireFault? Fault, int Before) Due(int count)
    {
        lock (_gate)
        {
            if (_armed is not { } armed || armed.At >= _passed + count)
            {
                return (null, count);
            }

            _armed = null;
            return (armed.Fault, (int)Math.Max(0, armed.At - _passed));
        }
    }

    private async Task PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var sent = await to.SendAsync(bytes, cancellationToken);
            bytes = bytes[sent..];
            lock (_gate)
            {
                _passed += sent;
            }
        }
    }

    private async Task SwallowAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        while (await from.ReceiveAsync(buffer, cancellationToken) > 0)
        {
            // Discard.
        }
    }
}

using System.ComponentModel;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A Unix socket that introduces a memory lane: it carries hello and answer, each with the sender's ring beside its first byte. Nothing of
/// the peer's is mapped before the peer has proved who it is.
/// </summary>
internal sealed class IntroducingLane : Lane
{
    private readonly UnixSocket _socket;
    private readonly List<SafeFileHandle> _passed = [];
    private RingMapping? _own;
    private SafeFileHandle? _ownFile;
    private RingMapping? _peer;
    private string? _fault;
    private bool _isConfirmed;

    /// <summary>The side that accepts; its ring is made once the hello was verified.</summary>
    public IntroducingLane(UnixSocket socket) => _socket = socket;

    /// <summary>The side that connects: its ring goes with its first byte, and says how large both are.</summary>
    /// <param name="socket">Connected to the peer; the lane owns it.</param>
    /// <param name="capacity">Bytes of a ring.</param>
    /// <exception cref="Win32Exception">The system gives no memory.</exception>
    public static IntroducingLane Connecting(UnixSocket socket, int capacity)
    {
        var lane = new IntroducingLane(socket);
        (lane._own, lane._ownFile) = RingFile.Create(capacity);
        return lane;
    }

    public override int Descriptor => _socket.Descriptor;

    public override string? Fault => _fault;

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        // Hellos and what TLS says before them come in one piece; where they do not, the caller offers the rest again.
        var outcome = _socket.TrySend(head.IsEmpty ? body : head, _ownFile, out sent);
        if (outcome == LaneOutcome.Moved)
        {
            _ownFile?.Dispose();
            _ownFile = null;
        }

        return outcome;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        var outcome = _socket.TryReceive(destination, _passed, out received, out var isComplete);
        if (_passed.Count > 1 || !isComplete)
        {
            _fault = "more than one descriptor came with a hello, or this process has no more to give (ulimit -n)";
            received = 0;
            return LaneOutcome.Broken;
        }

        return outcome;
    }

    public override bool TryPrepare()
    {
        try
        {
            _peer = MapPeer();
            (_own, _ownFile) = RingFile.Create(_peer.Capacity);
            return true;
        }
        catch (LaneConnectException exception)
        {
            _fault = exception.Message;
        }
        catch (Win32Exception exception)
        {
            _fault = $"no memory can be shared: {exception.Message}";
        }

        return false;
    }

    public override Lane Confirm()
    {
        _peer ??= MapPeer();
        if (_peer.Capacity != _own!.Capacity)
        {
            throw new LaneConnectException($"the peer's ring has {_peer.Capacity} bytes, not {_own.Capacity} as this side's");
        }

        _isConfirmed = true;
        return new SharedMemoryLane(_socket, _own, _peer);
    }

    public override void EndSending()
    {
    }

    public override void Dispose()
    {
        if (!_isConfirmed && _passed is not [])
        {
            // An unauthenticated connection's descriptor can be one whose closing waits: not for it, and not here.
            var passed = _passed.ToArray();
            _ = Task.Run(() => Array.ForEach(passed, static file => file.Dispose()));
        }

        _ownFile?.Dispose();
        if (!_isConfirmed)
        {
            _own?.Dispose();
            _peer?.Dispose();
            _socket.Dispose();
        }
    }

    private RingMapping MapPeer()
    {
        if (_passed is not [var file])
        {
            throw new LaneConnectException("the peer passed no memory");
        }

        using (file)
        {
            try
            {
                return RingFile.Map(file);
            }
            catch (Exception exception) when (exception is InvalidDataException or Win32Exception)
            {
                throw new LaneConnectException(exception.Message, exception);
            }
        }
    }
}

using System.ComponentModel;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A Unix socket that introduces a memory lane: it carries hello and answer, and each side passes the descriptor of its ring with its first
/// byte. The peer's memory is mapped only after the peer has authenticated.
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

    /// <summary>Creates the accepting side; its ring is created after the hello has been verified.</summary>
    public IntroducingLane(UnixSocket socket) => _socket = socket;

    /// <summary>Creates the connecting side: it passes its ring with its first byte, which determines the size of both rings.</summary>
    /// <param name="socket">A socket connected to the peer; owned by the lane.</param>
    /// <param name="capacity">The size of each of the lane's two rings, in bytes.</param>
    /// <exception cref="Win32Exception">The system could not provide the memory.</exception>
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
        // Hellos, and the TLS handshake before them, are sent in one piece; if not, the caller offers the rest again.
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
            _fault = "more than one descriptor came with a hello, or this process reached its limit of open files (ulimit -n)";
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
            _fault = $"could not share memory: {exception.Message}";
        }

        return false;
    }

    public override Lane Confirm()
    {
        _peer ??= MapPeer();
        if (_peer.Capacity != _own!.Capacity)
        {
            throw new LaneConnectException($"the peer's ring has {_peer.Capacity} bytes, but this side's has {_own.Capacity}");
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
            // A descriptor from an unauthenticated connection may be one whose close blocks, so it is not closed on this thread.
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

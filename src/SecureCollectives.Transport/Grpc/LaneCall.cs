using System.IO.Pipelines;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// A call of Lanes.Attach as bytes: both bodies as pipes, including gRPC's message headers. One task may read while another writes.
/// </summary>
internal abstract class LaneCall : IAsyncDisposable
{
    /// <summary>The connection to the peer, with both certificates as presented.</summary>
    public abstract RpcConnection Connection { get; }

    /// <summary>The bytes from the peer. A read throws if the call was cut off by a reset, a lost connection, or this side.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>
    /// The bytes to the peer; they are sent with the next flush at the latest. A write throws or returns completed if the call was cut off.
    /// </summary>
    public abstract PipeWriter Output { get; }

    /// <summary>Ends the output; the status of a server is OK. Reading continues.</summary>
    public abstract ValueTask EndOutputAsync();

    /// <summary>
    /// Returns whether the peer ended <see cref="Input"/> in an orderly way, which for a server means with status OK. Call it once the
    /// input is complete.
    /// </summary>
    public abstract bool InputEndedInOrder();

    /// <summary>
    /// Cuts the call off: reads and writes in progress end on both sides. May be called from any thread, repeatedly, and after the end.
    /// </summary>
    public abstract void Abort();

    /// <summary>Releases the call; cuts it off if it is not over.</summary>
    public abstract ValueTask DisposeAsync();
}

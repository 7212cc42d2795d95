using System.IO.Pipelines;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// A call of Lanes.Attach as bytes: both bodies as pipes, with the headers of gRPC's messages in them. One task may
/// read while another writes.
/// </summary>
internal abstract class LaneCall : IAsyncDisposable
{
    /// <summary>The peer, and both certificates as they were presented.</summary>
    public abstract RpcConnection Connection { get; }

    /// <summary>What the peer sends. A read throws when the call was cut off: by a reset, a lost connection, or this side.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>
    /// What the peer gets, at the latest when a flush follows. A write throws, or says that it is completed, when the call was cut off.
    /// </summary>
    public abstract PipeWriter Output { get; }

    /// <summary>Tells the peer that nothing follows what was written. The server's status is OK. Reading goes on.</summary>
    public abstract ValueTask EndOutputAsync();

    /// <summary>
    /// Asked when <see cref="Input"/> is complete: whether the peer ended it in order, which for a server means with status OK.
    /// </summary>
    public abstract bool InputEndedInOrder();

    /// <summary>
    /// Cuts the call off: reads and writes under way end, and the peer's with them. Any thread, any number of times, also after the end.
    /// </summary>
    public abstract void Abort();

    /// <summary>Gives the call back; one that is not over is cut off.</summary>
    public abstract ValueTask DisposeAsync();
}

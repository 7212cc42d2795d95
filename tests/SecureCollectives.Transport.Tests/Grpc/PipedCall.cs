using System.IO.Pipelines;
using System.Net;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Grpc;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>An in-memory call whose peer is the test, with both bodies.</summary>
internal sealed class PipedCall : LaneCall
{
    private readonly Pipe _received = new();
    private readonly Pipe _sent = new();

    public override RpcConnection Connection { get; } = new(
        new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2), admission: null);

    public override PipeReader Input => _received.Reader;

    public override PipeWriter Output => _sent.Writer;

    /// <summary>The body that the peer sends.</summary>
    public PipeWriter PeerOutput => _received.Writer;

    /// <summary>The body that the peer receives.</summary>
    public PipeReader PeerInput => _sent.Reader;

    public bool WasCutOff { get; private set; }

    public override ValueTask EndOutputAsync() => _sent.Writer.CompleteAsync();

    public override bool InputEndedInOrder() => true;

    public override void Abort()
    {
        WasCutOff = true;
        _received.Writer.Complete(new IOException("The call was cut off."));
        _sent.Writer.Complete(new IOException("The call was cut off."));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

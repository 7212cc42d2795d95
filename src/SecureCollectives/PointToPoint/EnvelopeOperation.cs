using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>An envelope on its way.</summary>
/// <param name="callTimeout">Time limit of the call which it serves.</param>
/// <param name="ended">Told why it failed, or null, and its bytes; on the loop's thread, which must not be kept.</param>
internal sealed class EnvelopeOperation(TimeSpan callTimeout, Action<OperationFailure?, ReadOnlyMemory<byte>> ended) : Operation
{
    private readonly byte[] _bytes = new byte[Envelope.Length];

    public override bool CallerDriven => false;

    public override TimeSpan CallTimeout => callTimeout;

    /// <summary>What it says.</summary>
    public void Write(in Envelope envelope) => envelope.Write(_bytes);

    public override OperationBuffers OpenBuffers() => new(BufferView.Over<byte>(_bytes), BufferView.Over<byte>(_bytes));

    public override void End(OperationFailure? failure) => ended(failure, _bytes);
}

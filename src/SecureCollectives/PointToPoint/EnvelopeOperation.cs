using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>Sends or receives one envelope.</summary>
/// <param name="callTimeout">The time limit for the call that the envelope belongs to.</param>
/// <param name="ended">
/// Called with the failure (or null) and the envelope's bytes. Runs on the loop's thread, which it must not block.
/// </param>
internal sealed class EnvelopeOperation(TimeSpan callTimeout, Action<OperationFailure?, ReadOnlyMemory<byte>> ended) : Operation
{
    private readonly byte[] _bytes = new byte[Envelope.Length];

    public override bool CallerDriven => false;

    public override TimeSpan CallTimeout => callTimeout;

    /// <summary>Sets the envelope to send.</summary>
    public void Write(in Envelope envelope) => envelope.Write(_bytes);

    public override OperationBuffers OpenBuffers() => new(BufferView.Over<byte>(_bytes), BufferView.Over<byte>(_bytes));

    public override void End(OperationFailure? failure) => ended(failure, _bytes);
}

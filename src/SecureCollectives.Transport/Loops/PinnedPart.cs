using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>A channel's part of a call whose caller keeps its buffers in place until every part has ended.</summary>
/// <param name="parts">Told of its end.</param>
internal sealed class PinnedPart(CallParts parts) : Operation
{
    private PinnedBuffer _input;
    private PinnedBuffer _output;

    public override bool CallerDriven => false;

    /// <summary>Says where the buffers are.</summary>
    public void Assign(PinnedBuffer input, PinnedBuffer output) => (_input, _output) = (input, output);

    public override OperationBuffers OpenBuffers() => new(BufferView.Over(_input), BufferView.Over(_output));

    public override void End(OperationFailure? failure)
    {
        // Nobody finds the buffers here any more.
        (_input, _output) = (default, default);
        parts.End(failure);
    }
}

using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>One channel's part of a call whose caller keeps the buffers pinned until every part has ended.</summary>
/// <param name="parts">Counts the parts; notified when this one ends.</param>
internal sealed class PinnedPart(CallParts parts) : Operation
{
    private PinnedBuffer _input;
    private PinnedBuffer _output;

    public override bool CallerDriven => false;

    /// <summary>Sets the buffers of the next call.</summary>
    public void Assign(PinnedBuffer input, PinnedBuffer output) => (_input, _output) = (input, output);

    public override OperationBuffers OpenBuffers() => new(BufferView.Over(_input), BufferView.Over(_output));

    public override void End(OperationFailure? failure)
    {
        // The buffers may be unpinned from here on, so no reference to them may remain.
        (_input, _output) = (default, default);
        parts.End(failure);
    }
}

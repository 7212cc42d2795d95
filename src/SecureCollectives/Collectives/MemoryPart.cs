using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>A channel's part of a call over the caller's <see cref="Memory{T}"/>, driven by the channel's dedicated thread.</summary>
/// <param name="parts">The call's parts, notified when this part ends.</param>
internal sealed class MemoryPart<T>(CallParts parts) : Operation
    where T : unmanaged
{
    private ReadOnlyMemory<T> _input;
    private Memory<T> _output;

    public override bool CallerDriven => false;

    /// <summary>Sets the buffers.</summary>
    public void Assign(ReadOnlyMemory<T> input, Memory<T> output) => (_input, _output) = (input, output);

    public override OperationBuffers OpenBuffers() => new(BufferView.OverReadOnly(_input.Span), BufferView.Over(_output.Span));

    public override void End(OperationFailure? failure)
    {
        // Clear the buffers first: the call can be reused as soon as its last part has ended.
        (_input, _output) = (default, default);
        parts.End(failure);
    }
}

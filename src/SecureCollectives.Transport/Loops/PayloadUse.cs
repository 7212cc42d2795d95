using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>Applies received chunks: copies them to the target or combines them with the operand.</summary>
internal static class PayloadUse
{
    /// <param name="transfer">The transfer that was due, which names the operand and the target.</param>
    /// <param name="payload">The payload, whose tag has been verified; it may already lie in the target.</param>
    /// <param name="operation">The current operation of the loop, which all its lanes share.</param>
    /// <param name="buffers">The caller's input and output of the current operation.</param>
    public static void Apply(in ReceiveTransfer transfer, ReadOnlySpan<byte> payload, CurrentOperation operation,
        in OperationBuffers buffers)
    {
        if (payload.IsEmpty)
        {
            return;
        }

        var target = buffers.Target(transfer.Target);
        if (transfer.Action == ReceiveAction.Copy)
        {
            if (!payload.Overlaps(target))
            {
                // Sealed bytes were opened in scratch memory: the caller's memory must not change before the tag has been verified.
                payload.CopyTo(target);
            }

            return;
        }

        var reducer = operation.Operation.Reducer!;
        var operand = buffers.Source(transfer.Operand);
        reducer.Reduce(transfer.OperandIsLeft ? operand : payload, transfer.OperandIsLeft ? payload : operand, target);
        if (transfer.Action != ReceiveAction.Reduce)
        {
            reducer.Finish(target, operation.Members);
        }

        if (transfer.Action == ReceiveAction.ReduceAndFinishAlike)
        {
            reducer.UnifyNaNs(target);
        }
    }
}

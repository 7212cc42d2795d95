using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Google.Protobuf;

namespace SecureCollectives.Rpc.Wire;

/// <summary>Takes messages off a body, straight from its pipe. One read at a time.</summary>
internal sealed class MessageReader<T>(PipeReader body, MessageParser<T> parser, int limit)
    where T : class, IMessage<T>
{
    /// <summary>The next message, or why there is none: every other outcome is final.</summary>
    public async ValueTask<(MessageOutcome Outcome, T? Message)> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCanceled)
            {
                throw new UnreachableException("Nobody cancels a pending read of this pipe; tokens do.");
            }

            ReadOnlySequence<byte> buffer = result.Buffer;
            MessageOutcome outcome = MessageFormat.TryTake(buffer, limit, out ReadOnlySequence<byte> payload);
            switch (outcome)
            {
                case MessageOutcome.Message:
                    bool parsed = TryParse(payload, out T? message);
                    body.AdvanceTo(payload.End);
                    return parsed ? (MessageOutcome.Message, message) : (MessageOutcome.Malformed, null);
                case MessageOutcome.NeedMore when !result.IsCompleted:
                    body.AdvanceTo(buffer.Start, buffer.End);
                    continue;
                case MessageOutcome.NeedMore:
                    outcome = buffer.IsEmpty ? MessageOutcome.End : MessageOutcome.Truncated;
                    break;
                default:
                    break;
            }

            body.AdvanceTo(buffer.End);
            return (outcome, null);
        }
    }

    private bool TryParse(ReadOnlySequence<byte> payload, out T? message)
    {
        try
        {
            message = parser.ParseFrom(payload);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }
}

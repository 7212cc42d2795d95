using Google.Protobuf;
using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// Converts fault attribution messages to and from their wire format. Refuses impossible messages, with the reason.
/// </summary>
/// <param name="worldSize">The number of ranks of the job.</param>
internal sealed class FaultMessages(int worldSize)
{
    public const int MaxDetail = 512;

    public static FaultMessage Probe { get; } = new() { Probe = new FaultProbe() };

    public static FaultMessage Greeting(JobRoster roster) =>
        new() { Greeting = new FaultGreeting { SessionId = ByteString.CopyFrom(roster.SessionId.Span) } };

    public static FaultMessage Query(FaultCase asked) =>
        new() { Query = new FaultQuery { Instance = Write(asked.Instance), Number = asked.Number } };

    public static FaultMessage Stalled(CommunicatorInstance instance, LoopWait wait) =>
        new() { Stall = new FaultStall { Instance = Write(instance), Wait = Write(wait) } };

    public static FaultMessage Vouch(FaultCase answered)
    {
        var message = new FaultVouch { Instance = Write(answered.Instance) };
        message.Ranks.AddRange(answered.Present.Select(rank => (uint)rank));
        return new FaultMessage { Vouch = message };
    }

    public static FaultMessage Opened(CommunicatorInstance instance) => new() { Instance = Write(instance) };

    public static FaultMessage Answer(CommunicatorInstance instance, ulong number, LoopWait? wait) =>
        new() { Answer = new FaultAnswer { Instance = Write(instance), Wait = Write(wait), Number = number } };

    public static FaultMessage Report(CommunicatorInstance instance, Faults.FaultReport report) => new()
    {
        Report = new Wire.FaultReport
        {
            Instance = Write(instance),
            Reason = (uint)report.Reason,
            Suspect = (uint)report.Suspect,
            Witness = (uint)report.Witness,
            Operation = report.Operation,
            Step = report.Step,
            Wait = Write(report.Wait),
            Detail = PrintableText.Of(report.Detail, MaxDetail),
        },
    };

    public static FaultMessage Write(CommunicatorInstance instance, Verdict verdict)
    {
        var message = new FaultVerdict
        {
            Instance = Write(instance),
            Reason = (uint)verdict.Reason,
            Culprit = (uint)verdict.Culprit,
            Witness = (uint)verdict.Witness,
            Operation = verdict.Operation,
            Step = verdict.Step,
            Detail = PrintableText.Of(verdict.Detail, MaxDetail),
        };
        if (verdict.Other is { } other)
        {
            message.Other = (uint)other;
        }

        return new FaultMessage { Verdict = message };
    }

    /// <returns>The instance; null if the id is malformed.</returns>
    public static CommunicatorInstance? Read(FaultInstance? instance) =>
        instance is { CommunicatorId.Length: > 0 and <= LinkTranscript.MaxCommunicatorIdLength }
            ? new CommunicatorInstance(instance.CommunicatorId, instance.Number) : null;

    /// <returns>The wait; null if it is absent or impossible.</returns>
    public LoopWait? Read(FaultWait? wait) =>
        wait is null || wait.Operation > long.MaxValue || (wait.HasWaitedFor && wait.WaitedFor >= (uint)worldSize)
            ? null
            : new LoopWait(
                wait.Operation,
                wait.Step,
                wait.HasWaitedFor ? (int)wait.WaitedFor : null,
                wait.Running,
                TimeSpan.FromMilliseconds(Math.Min(wait.ElapsedMilliseconds, JobOptions.MaxTimeout.TotalMilliseconds)),
                OperationDescriptor.TryRead(wait.Call.Span, out var call) == FrameReadStatus.Ok ? call : null);

    /// <returns>The report; null if it is impossible, in which case <paramref name="refusal"/> says why.</returns>
    public Faults.FaultReport? Read(Wire.FaultReport report, out string refusal)
    {
        refusal = Refusal(report.Reason, report.Operation, [report.Suspect, report.Witness]);
        return refusal.Length == 0 && Read(report.Wait) is { } wait
            ? new Faults.FaultReport(
                (AbortReason)report.Reason, (int)report.Suspect, (int)report.Witness, report.Operation, report.Step, wait,
                    PrintableText.Of(report.Detail, MaxDetail))
            : null;
    }

    /// <returns>The verdict; null if it is impossible, in which case <paramref name="refusal"/> says why.</returns>
    public Verdict? Read(FaultVerdict verdict, out string refusal)
    {
        refusal = Refusal(verdict.Reason, verdict.Operation,
            verdict.HasOther ? [verdict.Culprit, verdict.Witness, verdict.Other] : [verdict.Culprit, verdict.Witness]);
        return refusal.Length == 0
            ? new Verdict(
                (AbortReason)verdict.Reason,
                (int)verdict.Culprit,
                verdict.HasOther && verdict.Other != verdict.Culprit ? (int)verdict.Other : null,
                (int)verdict.Witness,
                verdict.Operation,
                verdict.Step,
                PrintableText.Of(verdict.Detail, MaxDetail))
            : null;
    }

    private string Refusal(uint reason, ulong operation, ReadOnlySpan<uint> ranks)
    {
        foreach (var rank in ranks)
        {
            if (rank >= (uint)worldSize)
            {
                return $"it names rank {rank}, but the job has ranks 0 to {worldSize - 1}";
            }
        }

        var isReason = reason <= byte.MaxValue && Enum.IsDefined((AbortReason)reason) && (AbortReason)reason != AbortReason.Closed;
        return isReason && operation <= long.MaxValue ? string.Empty : "its reason or its operation number is invalid";
    }

    private static FaultInstance Write(CommunicatorInstance instance) => new() { CommunicatorId = instance.Id, Number = instance.Number };

    private static FaultWait? Write(LoopWait? wait)
    {
        if (wait is not { } known)
        {
            return null;
        }

        var message = new FaultWait
        {
            Operation = known.Operation,
            Step = known.Step,
            Running = known.IsRunning,
            ElapsedMilliseconds = (ulong)Math.Max(0, known.Elapsed.TotalMilliseconds),
        };
        if (known.Call is { } call)
        {
            Span<byte> descriptor = stackalloc byte[OperationDescriptor.Length];
            call.Write(descriptor);
            message.Call = ByteString.CopyFrom(descriptor);
        }

        if (known.WaitedFor is { } rank)
        {
            message.WaitedFor = (uint)rank;
        }

        return message;
    }
}

using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// What the work of a loop takes on a core of one kind of machine. Seconds, and seconds per byte of payload.
/// </summary>
internal sealed record ModelParameters
{
    /// <summary>Of each frame that is sent and of each that is received: the loop's pass, the system call, the header.</summary>
    public required double SecondsPerFrame { get; init; }

    /// <summary>From the end of a send until a loop of the same machine sees the frame. Nobody's core is busy with it.</summary>
    public required double HandoffSeconds { get; init; }

    /// <summary>The kernel's way down: copying into its buffers, TCP.</summary>
    public required double SecondsPerByteSent { get; init; }

    /// <summary>The kernel's way up.</summary>
    public required double SecondsPerByteReceived { get; init; }

    /// <summary>Combining a received byte with the rank's own.</summary>
    public required double SecondsPerByteReduced { get; init; }

    /// <summary>Moving a byte that was opened, or arrived as a message, to where it belongs.</summary>
    public required double SecondsPerByteCopied { get; init; }

    /// <summary>When a core goes over to another rank than the one it worked for; nothing where each rank has a core.</summary>
    public required double SwitchSeconds { get; init; }

    public required CipherCosts Cipher { get; init; }

    public double Send(in SendTransfer transfer, bool isSealed)
    {
        var bytes = transfer.Source.Length;
        // A message goes out of the copy that is kept of it until it is acknowledged; a rank's own part goes to its place in the result.
        var copied = transfer.Kind == FrameKind.Message || transfer.KeptAt >= 0 ? bytes * SecondsPerByteCopied : 0;
        return SecondsPerFrame + copied + (isSealed ? Cipher.Seal(bytes) : 0) + (bytes * SecondsPerByteSent);
    }

    public double Receive(in ReceiveTransfer transfer, bool isSealed)
    {
        var bytes = transfer.Target.Length;
        var isInPlace = transfer.Kind == FrameKind.Data && !isSealed;
        var applied = transfer.Action != ReceiveAction.Copy ? bytes * SecondsPerByteReduced : isInPlace ? 0 : bytes * SecondsPerByteCopied;
        return SecondsPerFrame + (bytes * SecondsPerByteReceived) + (isSealed ? Cipher.Open(bytes) : 0) + applied;
    }

    public double SendAcknowledgement(bool isSealed) => SecondsPerFrame + (isSealed ? Cipher.Seal(Acknowledgement.Length) : 0);

    public double TakeAcknowledgement(bool isSealed) => SecondsPerFrame + (isSealed ? Cipher.Open(Acknowledgement.Length) : 0);

    /// <summary>The name of a value that no machine can have; null where all are possible.</summary>
    public string? Faulty()
    {
        (string Name, double Value)[] durations =
        [
            (nameof(SecondsPerFrame), SecondsPerFrame),
            (nameof(HandoffSeconds), HandoffSeconds),
            (nameof(SwitchSeconds), SwitchSeconds),
            (nameof(Cipher.SealSecondsPerFrame), Cipher.SealSecondsPerFrame),
            (nameof(Cipher.OpenSecondsPerFrame), Cipher.OpenSecondsPerFrame),
        ];
        // Shown as bytes a second, too.
        (string Name, double Value)[] inverses =
        [
            (nameof(SecondsPerByteSent), SecondsPerByteSent),
            (nameof(SecondsPerByteReceived), SecondsPerByteReceived),
            (nameof(SecondsPerByteReduced), SecondsPerByteReduced),
            (nameof(SecondsPerByteCopied), SecondsPerByteCopied),
            (nameof(Cipher.SealSecondsPerByte), Cipher.SealSecondsPerByte),
            (nameof(Cipher.OpenSecondsPerByte), Cipher.OpenSecondsPerByte),
        ];
        return Array.Find(durations, entry => !(entry.Value >= 0 && double.IsFinite(entry.Value))).Name
            ?? Array.Find(inverses, entry => !(entry.Value > 0 && double.IsFinite(entry.Value) && double.IsFinite(1 / entry.Value))).Name;
    }
}

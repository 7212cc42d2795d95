using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// The duration of a loop's work on one kind of machine, in seconds, and seconds per byte of payload.
/// </summary>
internal sealed record ModelParameters
{
    /// <summary>Cost of each frame sent and of each frame received: the loop's pass, the system call, the header.</summary>
    public required double SecondsPerFrame { get; init; }

    /// <summary>Delay from the end of a send until another loop on the same machine sees the frame. It occupies no core.</summary>
    public required double HandoffSeconds { get; init; }

    /// <summary>Cost of the kernel's send path: copying into its buffers, and TCP.</summary>
    public required double SecondsPerByteSent { get; init; }

    /// <summary>Cost of the kernel's receive path.</summary>
    public required double SecondsPerByteReceived { get; init; }

    /// <summary>Cost of combining a received byte with the rank's own.</summary>
    public required double SecondsPerByteReduced { get; init; }

    /// <summary>Cost of copying a byte that was opened, or arrived in a message, to its destination.</summary>
    public required double SecondsPerByteCopied { get; init; }

    /// <summary>Cost of a core's switch to a different rank; never incurred if each rank has its own core.</summary>
    public required double SwitchSeconds { get; init; }

    public required CipherCosts Cipher { get; init; }

    public double Send(in SendTransfer transfer, bool isSealed)
    {
        var bytes = transfer.Source.Length;
        // A message is sent from a copy, which is kept until it is acknowledged; a rank's own part is copied to its place in the result.
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

    /// <summary>Returns the name of a value that is impossible on any machine; null if all are valid.</summary>
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
        // Their inverses are shown as bytes per second, so they must be finite as well.
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

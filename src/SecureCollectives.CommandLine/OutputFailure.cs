using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>Why a standard stream takes no more.</summary>
/// <param name="Stream">Its name in messages.</param>
/// <param name="Error">The system's error number.</param>
internal sealed record OutputFailure(string Stream, int Error)
{
    private const int BadDescriptor = 9;
    private const int BrokenPipe = 32;
    private const int Sigpipe = 13;

    /// <summary>Whoever read it has ended, as <c>head -1</c> does: nothing that a user wants to be told.</summary>
    public bool IsReaderGone => Error == BrokenPipe;

    public int Code => IsReaderGone ? ExitCode.SignalBase + Sigpipe : ExitCode.Failed;

    public string Describe() =>
        $"{Stream} cannot be written: {(Error == BadDescriptor ? "it is closed" : Marshal.GetPInvokeErrorMessage(Error))}.";
}

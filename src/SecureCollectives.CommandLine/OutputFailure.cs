using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>Why a standard stream is no longer writable.</summary>
/// <param name="Stream">The stream's name in messages.</param>
/// <param name="Error">The error number (errno) of the failed write.</param>
internal sealed record OutputFailure(string Stream, int Error)
{
    private const int BadDescriptor = 9;
    private const int BrokenPipe = 32;
    private const int Sigpipe = 13;

    /// <summary>Whether the reader has gone away, as <c>head -1</c> does, which the user does not need to hear about.</summary>
    public bool IsReaderGone => Error == BrokenPipe;

    public int Code => IsReaderGone ? ExitCode.SignalBase + Sigpipe : ExitCode.Failed;

    public string Describe() =>
        $"{Stream} cannot be written: {(Error == BadDescriptor ? "it is closed" : Marshal.GetPInvokeErrorMessage(Error))}.";
}

using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>Why a standard stream can no longer be written.</summary>
/// <param name="Stream">The name of the stream in messages.</param>
/// <param name="Error">The error number (errno) of the failed write.</param>
internal sealed record OutputFailure(string Stream, int Error)
{
    private const int BadDescriptor = 9;
    private const int BrokenPipe = 32;
    private const int Sigpipe = 13;

    /// <summary>Whether the reader has ended, as <c>head -1</c> does. That is no news to the user.</summary>
    public bool IsReaderGone => Error == BrokenPipe;

    public int Code => IsReaderGone ? ExitCode.SignalBase + Sigpipe : ExitCode.Failed;

    public string Describe() =>
        $"{Stream} cannot be written: {(Error == BadDescriptor ? "it is closed" : Marshal.GetPInvokeErrorMessage(Error))}.";
}

using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>
/// This process's standard output or standard error. .NET's own console stream treats a closed pipe as success and, if the disk is full,
/// throws from whichever call writes. This stream never throws: it records and reports the first failure and drops everything after it, so
/// that workers whose output is being copied never block on a reader that has gone away.
/// </summary>
internal sealed partial class StandardStream : Stream
{
    private const int BadDescriptor = 9;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;
    private const short WritableEvent = 4;
    private const int WithoutLimit = -1;

    private readonly int _descriptor;
    private readonly string _name;
    private readonly Action _failed;
    private readonly Action _writing;
    private OutputFailure? _failure;

    /// <param name="descriptor">1 or 2.</param>
    /// <param name="name">The stream's name in messages.</param>
    /// <param name="failed">Called once, on the writing thread, when the stream fails; must not block.</param>
    /// <param name="writing">Called before each write.</param>
    public StandardStream(int descriptor, string name, Action failed, Action writing)
    {
        (_descriptor, _name, _failed, _writing) = (descriptor, name, failed, writing);
        // A stream inherited from the parent has survived exec, so it is not close-on-exec. A close-on-exec descriptor was opened by the
        // runtime, and got this number because the parent had closed the stream ('>&-').
        IsClosed = Control(descriptor, GetDescriptorFlags) is -1 or CloseOnExec;
    }

    /// <summary>Whether the parent process closed the stream.</summary>
    public bool IsClosed { get; }

    /// <summary>The first failure, or null if there was none.</summary>
    public OutputFailure? Failure => Volatile.Read(ref _failure);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writing();
        WriteThrough(buffer);
    }

    /// <summary>Writes without calling the <c>writing</c> callback.</summary>
    public void WriteThrough(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && Failure is null)
        {
            if (IsClosed)
            {
                Fail(BadDescriptor);
                return;
            }

            var written = Write(_descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case WouldBlock:
                    // Another program sharing the terminal may have made it non-blocking.
                    var wait = new PollEntry { Descriptor = _descriptor, Events = WritableEvent };
                    _ = Poll(ref wait, 1, WithoutLimit);
                    break;
                case var error:
                    Fail(error);
                    return;
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Fail(int error)
    {
        if (Interlocked.CompareExchange(ref _failure, new OutputFailure(_name, error), null) is null)
        {
            _failed();
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Occurred;
    }
}

using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>
/// Standard output or error of this process. .NET's own console stream takes a reader that has gone for success, and throws for a full
/// disk wherever the write happens to be. This one never throws: the first failure is kept and told, and what follows is dropped, so that
/// workers whose output is copied never wait for a reader that does not exist.
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
    /// <param name="name">In messages.</param>
    /// <param name="failed">Called once, on the writing thread; must not block.</param>
    /// <param name="writing">Called before each write.</param>
    public StandardStream(int descriptor, string name, Action failed, Action writing)
    {
        (_descriptor, _name, _failed, _writing) = (descriptor, name, failed, writing);
        // A stream that the parent handed over has survived exec, so it cannot be marked to be closed there. One with the mark is a
        // descriptor of the runtime's own, which took the number because the parent had closed the stream ('>&-').
        IsClosed = Control(descriptor, GetDescriptorFlags) is -1 or CloseOnExec;
    }

    /// <summary>The parent closed it.</summary>
    public bool IsClosed { get; }

    /// <summary>The first failure, or null.</summary>
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

    /// <summary>Writes without a word to anybody before.</summary>
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
                    // Another program may share the terminal and have made it non-blocking.
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

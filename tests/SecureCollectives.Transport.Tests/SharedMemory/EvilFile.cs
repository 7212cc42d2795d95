using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>Creates files that a malicious peer passes instead of a ring.</summary>
internal static class EvilFile
{
    private const uint CloseOnExec = 0x1;
    private const uint AllowSealing = 0x2;
    private const int AddSeals = 1033;
    private const int SealSeals = 0x1;
    private const int SealShrink = 0x2;
    private const int SealGrow = 0x4;
    private const int SealFutureWrite = 0x10;

    /// <summary>The names of all such files, and part of the expected error.</summary>
    public static TheoryData<string, string> All => new()
    {
        { "not sealed", "not sealed" },
        { "can be shrunk", "not sealed" },
        { "can grow", "not sealed" },
        { "can be written by all", "not sealed" },
        { "can be sealed further", "not sealed" },
        { "cannot be sealed", "not sealed" },
        { "a page too short", "bytes, which is not the length of a ring" },
        { "a page too long", "bytes, which is not the length of a ring" },
        { "empty", "bytes, which is not the length of a ring" },
        { "too small a ring", "bytes, which is not the length of a ring" },
        { "too large a ring", "bytes, which is not the length of a ring" },
        { "a file", "not sealed" },
        { "a device", "not sealed" },
        { "an eventfd", "not sealed" },
    };

    public static SafeFileHandle Open(string name) => name switch
    {
        "not sealed" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity), 0),
        "can be shrunk" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity), SealSeals | SealGrow | SealFutureWrite),
        "can grow" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity), SealSeals | SealShrink | SealFutureWrite),
        "can be written by all" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity), SealSeals | SealShrink | SealGrow),
        "can be sealed further" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity), SealShrink | SealGrow | SealFutureWrite),
        "cannot be sealed" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity), null),
        "a page too short" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity) - Environment.SystemPageSize,
            SealSeals | SealShrink | SealGrow | SealFutureWrite),
        "a page too long" => Memory(RingLayout.FileLength(RingLayout.LargestCapacity) + Environment.SystemPageSize,
            SealSeals | SealShrink | SealGrow | SealFutureWrite),
        "empty" => Memory(0, SealSeals | SealShrink | SealGrow | SealFutureWrite),
        "too small a ring" =>
            Memory(RingLayout.FileLength(RingLayout.SmallestCapacity / 2), SealSeals | SealShrink | SealGrow | SealFutureWrite),
        "too large a ring" =>
            Memory(RingLayout.FileLength(RingLayout.LargestCapacity * 2), SealSeals | SealShrink | SealGrow | SealFutureWrite),
        "a file" => File.OpenHandle(typeof(EvilFile).Assembly.Location),
        "a device" => File.OpenHandle("/dev/zero"),
        "an eventfd" => new SafeFileHandle(Libc.EventFd(0, Libc.EventFdCloseOnExec | Libc.EventFdNonBlock), ownsHandle: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>Creates an in-memory file that is valid for a ring, with a name that appears in /proc/self/fd.</summary>
    public static SafeFileHandle Named(string name) =>
        Memory(RingLayout.FileLength(RingLayout.LargestCapacity), SealSeals | SealShrink | SealGrow | SealFutureWrite, name);

    private static SafeFileHandle Memory(int length, int? seals, string name = "evil")
    {
        var handle = new SafeFileHandle(Libc.MemoryFile(name, CloseOnExec | (seals is null ? 0 : AllowSealing)), ownsHandle: true);
        var descriptor = (int)handle.DangerousGetHandle();
        if (length > 0)
        {
            Assert.Equal(0, Libc.Allocate(descriptor, 0, length));
        }

        if (seals > 0)
        {
            Assert.Equal(0, Libc.Control(descriptor, AddSeals, seals.Value));
        }

        return handle;
    }
}

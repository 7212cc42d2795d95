using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// The file behind a ring: a memfd, which has no name and disappears with its last user. It is sealed, so that its length is fixed and no
/// new writable mapping can be made. Without the fixed length, the owner could at any moment kill a process that maps it (SIGBUS).
/// </summary>
internal static class RingFile
{
    private const uint CloseOnExec = 0x1;
    private const uint AllowSealing = 0x2;
    private const uint NotExecutable = 0x8;

    private const int AddSeals = 1033;
    private const int GetSeals = 1034;
    private const int SealSeals = 0x1;
    private const int SealShrink = 0x2;
    private const int SealGrow = 0x4;
    private const int SealFutureWrite = 0x10;
    private const int Seals = SealSeals | SealShrink | SealGrow | SealFutureWrite;

    /// <summary>
    /// The size of a buffer for statfs(2), in words: the type is the first word, and the structure is shorter than this on x64 and arm64.
    /// </summary>
    private const int FileSystemWords = 32;

    private const ulong Tmpfs = 0x01021994;

    private const int FromEnd = 2;

    /// <summary>Creates this worker's ring: maps it for writing, then seals it against further writable mappings.</summary>
    /// <param name="capacity">The size of the ring in bytes: a power of two from <see cref="RingLayout.SmallestCapacity"/> to
    /// <see cref="RingLayout.LargestCapacity"/>.</param>
    /// <returns>The mapping, and the file to pass to the peer. The caller owns both.</returns>
    /// <exception cref="Win32Exception">The system could not provide the memory.</exception>
    public static (RingMapping Mapping, SafeFileHandle File) Create(int capacity)
    {
        var file = new SafeFileHandle(Open(), ownsHandle: true);
        RingMapping? mapping = null;
        try
        {
            var descriptor = (int)file.DangerousGetHandle();

            // Memory allocated up front causes no page faults later, and no failure if memory runs out later.
            int error;
            do
            {
                error = Libc.Allocate(descriptor, 0, RingLayout.FileLength(capacity));
            }
            while (error == Libc.Interrupted);
            Require(error == 0, error);
            mapping = RingMapping.Map(descriptor, capacity, writable: true);
            Require(Libc.Control(descriptor, AddSeals, Seals) == 0, Marshal.GetLastPInvokeError());
            return (mapping, file);
        }
        catch
        {
            mapping?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Maps the peer's ring for reading, after checking its seals and its length.</summary>
    /// <param name="file">The file that the peer has passed; not needed after this call.</param>
    /// <exception cref="InvalidDataException">The file is not a valid ring; the message is part of a sentence.</exception>
    /// <exception cref="Win32Exception">The file cannot be mapped.</exception>
    public static RingMapping Map(SafeFileHandle file)
    {
        var descriptor = (int)file.DangerousGetHandle();
        var seals = Libc.Control(descriptor, GetSeals, 0);
        if (seals < 0 || (seals & Seals) != Seals)
        {
            throw new InvalidDataException("the peer's memory is not sealed as required");
        }

        // Read after the seals: from then on the length cannot change.
        var length = Libc.Seek(descriptor, 0, FromEnd);
        if (!RingLayout.TryCapacityOf(length, out var capacity))
        {
            throw new InvalidDataException($"the peer's memory has {length} bytes, which is not the length of a ring");
        }

        // A mapping of huge pages would extend over the memory that follows it.
        if (!IsOfOrdinaryPages(descriptor))
        {
            throw new InvalidDataException("the peer's memory does not use ordinary pages");
        }

        var mapping = RingMapping.Map(descriptor, capacity, writable: false);
        try
        {
            // A missing page would be allocated at this worker's expense when it is first read; if memory has run out, that kills the
            // process.
            mapping.Populate();
            return mapping;
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    private static unsafe bool IsOfOrdinaryPages(int descriptor)
    {
        var status = stackalloc ulong[FileSystemWords];
        return Libc.FileSystem(descriptor, status) == 0 && status[0] == Tmpfs;
    }

    private static int Open()
    {
        // Linux before 6.3 does not support the last flag.
        const string Name = "securecollectives";
        var descriptor = Libc.MemoryFile(Name, CloseOnExec | AllowSealing | NotExecutable);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Libc.InvalidArgument)
        {
            descriptor = Libc.MemoryFile(Name, CloseOnExec | AllowSealing);
        }

        return descriptor >= 0 ? descriptor : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private static void Require(bool condition, int error)
    {
        if (!condition)
        {
            throw new Win32Exception(error);
        }
    }
}

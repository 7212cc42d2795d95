using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// The file behind a ring: a memfd, which has no name and ends with its last user. Sealed, so that it keeps its length and nobody maps it
/// for writing any more: without the first, whoever has it mapped could be killed by its owner at any moment (SIGBUS).
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

    /// <summary>statfs(2): the type is the first word, and the structure is shorter than this on x64 and arm64.</summary>
    private const int FileSystemWords = 32;

    private const ulong Tmpfs = 0x01021994;

    private const int FromEnd = 2;

    /// <summary>Makes a ring of this worker: maps it for writing, then lets nobody do so again.</summary>
    /// <param name="capacity">Bytes of the ring: a power of two from <see cref="RingLayout.SmallestCapacity"/> to
    /// <see cref="RingLayout.LargestCapacity"/>.</param>
    /// <returns>The mapping, and the file to be passed to the peer.</returns>
    /// <exception cref="Win32Exception">The system does not give it.</exception>
    public static (RingMapping Mapping, SafeFileHandle File) Create(int capacity)
    {
        var file = new SafeFileHandle(Open(), ownsHandle: true);
        RingMapping? mapping = null;
        try
        {
            var descriptor = (int)file.DangerousGetHandle();

            // Memory that is there from the start costs no page faults later, and no surprise where there is none left.
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

    /// <summary>Maps a ring of the peer's for reading, if it is sealed and as long as a ring can be.</summary>
    /// <param name="file">What the peer has passed; it is no longer needed after this.</param>
    /// <exception cref="InvalidDataException">It is no such file; the message is a part of a sentence.</exception>
    /// <exception cref="Win32Exception">The system does not map it.</exception>
    public static RingMapping Map(SafeFileHandle file)
    {
        var descriptor = (int)file.DangerousGetHandle();
        var seals = Libc.Control(descriptor, GetSeals, 0);
        if (seals < 0 || (seals & Seals) != Seals)
        {
            throw new InvalidDataException("the peer's memory is not sealed as it must be");
        }

        // After the seals: from then on the length cannot change any more.
        var length = Libc.Seek(descriptor, 0, FromEnd);
        if (!RingLayout.TryCapacityOf(length, out var capacity))
        {
            throw new InvalidDataException($"the peer's memory has {length} bytes, which no ring has");
        }

        // Huge pages would be mapped over what lies behind.
        if (!IsOfOrdinaryPages(descriptor))
        {
            throw new InvalidDataException("the peer's memory is not of ordinary pages");
        }

        var mapping = RingMapping.Map(descriptor, capacity, writable: false);
        try
        {
            // A page that is not there would be taken from this worker's memory when it is first read, and where there is none left, that
            // kills.
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
        // Linux before 6.3 does not know the last flag.
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

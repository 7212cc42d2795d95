using System.Runtime.InteropServices;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>Sends bytes with any number of descriptors attached, which our own code never does.</summary>
internal static unsafe class DescriptorMessage
{
    private const int SolSocket = 1;
    private const int Rights = 1;
    private const int HeaderLength = 16;

    public static void Send(int socket, ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> descriptors)
    {
        var used = HeaderLength + (descriptors.Length * sizeof(int));
        var control = new byte[(used + 7) / 8 * 8];
        MemoryMarshal.Write(control, (ulong)used);
        MemoryMarshal.Write(control.AsSpan(8), SolSocket);
        MemoryMarshal.Write(control.AsSpan(12), Rights);
        MemoryMarshal.AsBytes(descriptors).CopyTo(control.AsSpan(HeaderLength));
        fixed (byte* pointer = bytes, controlPointer = control)
        {
            var vector = new Libc.IoVector { Base = pointer, Length = (nuint)bytes.Length };
            var message = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (descriptors.Length > 0)
            {
                message.Control = controlPointer;
                message.ControlLength = (nuint)control.Length;
            }

            Assert.Equal(bytes.Length, Libc.SendMessage(socket, &message, Libc.NoSignal));
        }
    }
}

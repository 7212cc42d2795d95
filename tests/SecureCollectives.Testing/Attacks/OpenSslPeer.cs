using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace SecureCollectives.Testing.Attacks;

/// <summary>
/// A TLS 1.3 client that calls the system's OpenSSL directly in order to change keys repeatedly, which .NET's API does not support. Its
/// calls block, limited only by the socket's timeouts.
/// </summary>
internal sealed unsafe partial class OpenSslPeer : IDisposable
{
    private const int PemFile = 1;
    private const int KeyUpdateNotRequested = 0;

    private readonly Socket _socket;
    private readonly nint _context;
    private readonly nint _ssl;

    private OpenSslPeer(Socket socket, nint context, nint ssl)
    {
        _socket = socket;
        _context = context;
        _ssl = ssl;
    }

    /// <summary>Whether the library is installed on this system.</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad("libssl.so.3", out _);

    /// <summary>Connects and completes the handshake with any server certificate.</summary>
    /// <exception cref="IOException">The handshake failed.</exception>
    public static OpenSslPeer Connect(Socket socket, string certificatePath, string keyPath, string applicationProtocol)
    {
        var context = NewContext(ClientMethod());
        Check(UseCertificate(context, certificatePath), "The certificate");
        Check(UseKey(context, keyPath, PemFile), "The key");
        var ssl = NewSsl(context);
        byte[] protocols = [(byte)applicationProtocol.Length, .. Encoding.ASCII.GetBytes(applicationProtocol)];
        fixed (byte* first = protocols)
        {
            _ = SetProtocols(ssl, first, (uint)protocols.Length);
        }

        socket.Blocking = true;
        Check(SetDescriptor(ssl, (int)socket.Handle), "The socket");
        var peer = new OpenSslPeer(socket, context, ssl);
        if (ConnectSsl(ssl) == 1)
        {
            return peer;
        }

        peer.Dispose();
        throw new IOException("The handshake failed.");
    }

    /// <summary>Changes the sending keys once. On the wire this is a record of 27 bytes without data.</summary>
    /// <returns>False if the connection has ended.</returns>
    public bool TryUpdateKey() => UpdateKey(_ssl, KeyUpdateNotRequested) == 1 && DoHandshake(_ssl) == 1;

    /// <returns>False if the connection has ended.</returns>
    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return Write(_ssl, first, bytes.Length) == bytes.Length;
        }
    }

    public void Dispose()
    {
        FreeSsl(_ssl);
        FreeContext(_context);
        _socket.Dispose();
    }

    private static void Check(int result, string what)
    {
        if (result != 1)
        {
            throw new Win32Exception($"{what} was rejected by OpenSSL.");
        }
    }

    [LibraryImport("libssl.so.3", EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_use_certificate_chain_file", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UseCertificate(nint context, string path);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_use_PrivateKey_file", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UseKey(nint context, string path, int type);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_new")]
    private static partial nint NewSsl(nint context);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_alpn_protos")]
    private static partial int SetProtocols(nint ssl, byte* protocols, uint length);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_fd")]
    private static partial int SetDescriptor(nint ssl, int descriptor);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_do_handshake")]
    private static partial int DoHandshake(nint ssl);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_connect")]
    private static partial int ConnectSsl(nint ssl);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_key_update")]
    private static partial int UpdateKey(nint ssl, int type);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_write")]
    private static partial int Write(nint ssl, byte* bytes, int length);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_free")]
    private static partial void FreeSsl(nint ssl);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_free")]
    private static partial void FreeContext(nint context);
}

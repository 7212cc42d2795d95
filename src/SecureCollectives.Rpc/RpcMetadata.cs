using System.Buffers;
using System.Collections;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>
/// The key-value pairs that travel beside the messages of a call. Names are lower-case; one that ends in <c>-bin</c>
/// carries bytes, any other printable ASCII. A name may occur more than once; order is kept. Not thread-safe.
/// </summary>
internal sealed class RpcMetadata : IReadOnlyCollection<RpcMetadataEntry>
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

    private readonly List<RpcMetadataEntry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>The first value of a text entry, or null.</summary>
    public string? GetText(string name) => _entries.Find(entry => entry.Name == name).Text;

    /// <summary>The first value of a <c>-bin</c> entry, or null.</summary>
    public byte[]? GetBytes(string name) => _entries.Find(entry => entry.Name == name).Bytes;

    /// <exception cref="ArgumentException">The name is reserved or malformed, or the value is not printable ASCII.</exception>
    public void Add(string name, string value)
    {
        CheckName(name, binary: false);
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"The value of metadata '{name}' is not printable ASCII. Use a name that ends in '-bin' and bytes.", nameof(value));
        }

        _entries.Add(new RpcMetadataEntry(name, value, null));
    }

    /// <exception cref="ArgumentException">The name is reserved, malformed, or does not end in <c>-bin</c>.</exception>
    public void Add(string name, byte[] value)
    {
        CheckName(name, binary: true);
        _entries.Add(new RpcMetadataEntry(name, null, value));
    }

    /// <summary>Takes an entry from the wire. False: its value is not base64 although its name says so.</summary>
    public bool TryAddFromWire(string name, string value)
    {
        if (!IsBinary(name))
        {
            _entries.Add(new RpcMetadataEntry(name, value, null));
            return true;
        }

        // A sender may join the values of one name with commas; a comma is no base64.
        foreach (Range part in value.AsSpan().Split(','))
        {
            if (!BinaryMetadata.TryDecode(value.AsSpan()[part], out byte[]? bytes))
            {
                return false;
            }

            _entries.Add(new RpcMetadataEntry(name, null, bytes));
        }

        return true;
    }

    /// <summary>Whether a header belongs to HTTP or gRPC itself and so is no metadata.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith(':') || name.StartsWith("grpc-", StringComparison.Ordinal) || GrpcProtocol.HttpHeaders.Contains(name);

    public IEnumerator<RpcMetadataEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsBinary(string name) => name.EndsWith(GrpcProtocol.BinarySuffix, StringComparison.Ordinal);

    private static void CheckName(string name, bool binary)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"The metadata name '{name}' may only contain a-z, 0-9, '_', '-' and '.'.", nameof(name));
        }

        if (IsReserved(name))
        {
            throw new ArgumentException($"The metadata name '{name}' is reserved for HTTP or gRPC.", nameof(name));
        }

        if (IsBinary(name) != binary)
        {
            throw new ArgumentException($"The metadata name '{name}' must end in '-bin' exactly when its value is bytes.", nameof(name));
        }
    }
}

using System.Text.Json;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>
/// The vectors of draft-irtf-cfrg-aegis-aead. For each variant there are one state update, five messages that verify and four that must
/// not.
/// </summary>
internal static class AegisVectors
{
    public const int Count = 10;

    /// <summary>Returns all entries of a variant's file; skips the test if the vectors are missing.</summary>
    public static List<JsonElement> Read(int variant)
    {
        var file = variant == 128 ? "aegis-128l-test-vectors.json" : "aegis-256-test-vectors.json";
        var path = SharedVectors.AegisDraft(file);
        Assert.SkipWhen(path is null, $"The draft's {file} is not beside the checkout.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var entries = document.RootElement.Clone().EnumerateArray().ToList();

        Assert.Equal(Count, entries.Count);
        return entries;
    }
}

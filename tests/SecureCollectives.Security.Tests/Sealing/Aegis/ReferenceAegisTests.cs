using System.Text.Json;

namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>Tests the implementation that the engines are compared with against all published vectors, with tags of both lengths.</summary>
public sealed class ReferenceAegisTests
{
    /// <summary>Two of the draft's vectors, which are tested even if its files are missing.</summary>
    [Theory]
    [InlineData(
        128,
        "10010000000000000000000000000000",
        "10000200000000000000000000000000",
        "79d94593d8c2119d7e8fd9b8fc77" + "86f1b80bfb463aba711d15405d094baf4a55a15dbfec81a76f35ed0b9c8b04ac")]
    [InlineData(
        256,
        "1001000000000000000000000000000000000000000000000000000000000000",
        "1000020000000000000000000000000000000000000000000000000000000000",
        "f373079ed84b2709faee37358458" + "8c1cc703c81281bee3f6d9966e14948b4a175b2efbdc31e61a98b4465235c2d9")]
    public void Seal_TheDraftsFourthVector_Agrees(int variant, string key, string nonce, string expected) => Assert.Equal(
        expected,
        Hex.Of(ReferenceAegis.Seal(
            variant, Convert.FromHexString(key), Convert.FromHexString(nonce), [0, 1, 2, 3, 4, 5, 6, 7],
                [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])));

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    public void Seal_EveryVectorOfTheDraft_Agrees(int variant)
    {
        var (updates, valid, invalid) = (0, 0, 0);
        foreach (var entry in AegisVectors.Read(variant))
        {
            if (entry.TryGetProperty("S0", out _))
            {
                AssertUpdate(variant, entry);
                updates++;
                continue;
            }

            // There is no message to seal; the engines' tests open it.
            if (entry.TryGetProperty("error", out _))
            {
                invalid++;
                continue;
            }

            foreach (var (name, length) in new[] { ("tag128", 16), ("tag256", 32) })
            {
                var output = ReferenceAegis.Seal(
                    variant, entry.Bytes("key"), entry.Bytes("nonce"), entry.Bytes("ad"), entry.Bytes("msg"), length);
                Assert.Equal(entry.Text("ct") + entry.Text(name), Hex.Of(output));
            }

            valid++;
        }

        Assert.Equal((1, 5, 4), (updates, valid, invalid));
    }

    [Theory]
    [InlineData(128, "aegis128L_test.json", 479, 367, 108, 4)]
    [InlineData(256, "aegis256_test.json", 472, 360, 108, 4)]
    public void Seal_EveryVectorOfWycheproof_AgreesWithItsResult(
        int variant, string file, int count, int expectedValid, int expectedInvalid, int expectedOld)
    {
        var (valid, invalid, old) = (0, 0, 0);
        foreach (var (_, test) in Wycheproof.Read(file, count))
        {
            if (Wycheproof.HasFlag(test, "OldVersion"))
            {
                old++;
                continue;
            }

            var output = ReferenceAegis.Seal(
                variant, test.Bytes("key"), test.Bytes("iv"), test.Bytes("aad"), test.Bytes("msg"), tagLength: 16);
            var agrees = Hex.Of(output) == test.Text("ct") + test.Text("tag");

            Assert.True(agrees == Wycheproof.IsValid(test), $"tcId {test.Number("tcId")}");
            valid += agrees ? 1 : 0;
            invalid += agrees ? 0 : 1;
        }

        Assert.Equal((expectedValid, expectedInvalid, expectedOld), (valid, invalid, old));
    }

    private static void AssertUpdate(int variant, JsonElement entry)
    {
        var count = variant == 128 ? 8 : 6;
        Block[] state = [.. Enumerable.Range(0, count).Select(i => Block.Read(entry.Bytes($"S{i}")))];
        Block[] after;
        if (variant == 128)
        {
            var cipher = new ReferenceAegis128L(state);
            cipher.Update(Block.Read(entry.Bytes("M0")), Block.Read(entry.Bytes("M1")));
            after = cipher.State;
        }
        else
        {
            var cipher = new ReferenceAegis256(state);
            cipher.Update(Block.Read(entry.Bytes("M")));
            after = cipher.State;
        }

        Assert.Equal([.. Enumerable.Range(0, count).Select(i => Block.Read(entry.Bytes($"S{i}_2")))], after);
    }
}

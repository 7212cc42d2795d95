namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// The library's AES-256-GCM for one instruction set: expand a key, seal, open. Exported by name since version 1.0, with these parameters
/// since then.
/// </summary>
/// <remarks>
/// Thread-safe: the functions keep no state but what they are given. Calls leave the runtime's cooperative mode: sealing a chunk takes far
/// longer than a transition, and the collector must not wait for it.
/// </remarks>
internal sealed unsafe class IpsecMbFunctions
{
    /// <summary>aes_gcm_pre_256_*(key, key_data).</summary>
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, void> _expand;

    /// <summary>aes_gcm_enc_256_*(key_data, context, out, in, length, iv, aad, aad_length, tag, tag_length).</summary>
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> _seal;

    /// <summary>aes_gcm_dec_256_*, with the same parameters: writes the computed tag and compares nothing.</summary>
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void> _open;

    private IpsecMbFunctions(string version, bool isSinglePass, IpsecMbInstructions instructions, nint expand, nint seal, nint open)
    {
        Name = $"ipsec-mb {version} ({instructions.Name})";
        Instructions = instructions;
        IsSinglePass = isSinglePass;
        _expand = (delegate* unmanaged[Cdecl]<byte*, byte*, void>)expand;
        _seal = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)seal;
        _open = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, ulong, byte*, byte*, ulong, byte*, ulong, void>)open;
    }

    /// <summary>Library, version and instruction set, to be read by people.</summary>
    public string Name { get; }

    public IpsecMbInstructions Instructions { get; }

    /// <inheritdoc cref="AeadEngine.IsSinglePass"/>
    public bool IsSinglePass { get; }

    /// <param name="export">Gives the address of an exported name, or zero.</param>
    /// <param name="version">Its version, as it names itself.</param>
    /// <param name="isSinglePass">Whether this version was raced, and read and wrote once.</param>
    /// <param name="instructions">An instruction set that the processor has.</param>
    /// <returns>Null where the library has no functions for it.</returns>
    public static IpsecMbFunctions? Find(Func<string, nint> export, string version, bool isSinglePass, IpsecMbInstructions instructions) =>
        export($"aes_gcm_pre_256_{instructions.Suffix}") is var expand and not 0
        && export($"aes_gcm_enc_256_{instructions.Suffix}") is var seal and not 0
        && export($"aes_gcm_dec_256_{instructions.Suffix}") is var open and not 0
            ? new IpsecMbFunctions(version, isSinglePass, instructions, expand, seal, open)
            : null;

    public void Expand(byte* key, byte* keyData) => _expand(key, keyData);

    public void Seal(
        byte* keyData, byte* context, byte* output, byte* input, int length, byte* nonce, byte* associatedData, int associatedDataLength,
            byte* tag, int tagLength) =>
        _seal(keyData, context, output, input, (ulong)length, nonce, associatedData, (ulong)associatedDataLength, tag, (ulong)tagLength);

    public void Open(
        byte* keyData, byte* context, byte* output, byte* input, int length, byte* nonce, byte* associatedData, int associatedDataLength,
            byte* computedTag, int tagLength) =>
        _open(keyData, context, output, input, (
            ulong)length, nonce, associatedData, (ulong)associatedDataLength, computedTag, (ulong)tagLength);
}

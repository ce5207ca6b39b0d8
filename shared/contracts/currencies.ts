/** Currencies (and metals) that IB quotes as money. `X.Y` is an FX pair when both are listed here. */
const currencies: ReadonlySet<string> = new Set(
  (
    'AED AUD BGN BRL CAD CHF CLP CNH CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW KZT MXN MYR NOK NZD ' +
    'PEN PHP PLN QAR RON RUB SAR SEK SGD THB TRY TWD USD VND ZAR XAG XAU'
  ).split(' '),
);

/** Whether a three-letter upper-case code is money at IB. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}
